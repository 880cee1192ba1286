import type { SignedRequest } from '../auth/credentials.ts';

const TAGS = '/v1/tags/';

/** Whether it is the path of the operations on tags, the only one that names something. */
export const isTagsPath = (path: string): boolean => path.startsWith(TAGS);

/**
 * What an operation on tags is asked: the ARN in the path, which may be encoded or not (T-047), the keys in the query
 * (T-043), the tags in the body.
 */
export const tagsInput = ({ method, path, query }: SignedRequest, body: unknown): unknown => {
  const resourceArn = decoded(path.slice(TAGS.length));
  switch (method) {
    case 'GET':
      return { resourceArn };
    case 'DELETE': {
      const tagKeys = query.filter(([name]) => name === 'tagKeys').map(([, key]) => key);
      return { resourceArn, ...(tagKeys.length > 0 && { tagKeys }) };
    }
    default:
      // what is no object the check says
      return typeof body === 'object' && !Array.isArray(body) ? { ...body, resourceArn } : body;
  }
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
