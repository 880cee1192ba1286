import type { Tags, Wire } from './model.ts';
import { type Expected, type Ledger, nameIn, type Request } from './requests.ts';
import { definitionIn, same } from './resources.ts';
import { jobOf } from './submit.ts';

/* Tags of environments, queues, policies, revisions and jobs. */

interface Tagged {
  tags: Tags;
  readonly status?: string;
}

const MOST = 50;

/** What an ARN is of, or what is to be said of it. */
const resourceOf = (ledger: Ledger, arn: string): Tagged | RegExp => {
  const [, kind = '', id = ''] = /^arn:aws:batch:us-east-1:012345678910:([a-z-]+)\/(.+)$/.exec(arn) ?? [];
  const found = nameIn(kind, arn) === undefined ? undefined : byKind(ledger, kind, id);
  return found ?? /does not exist$/;
};

const byKind = (ledger: Ledger, kind: string, id: string): Tagged | RegExp | undefined => {
  switch (kind) {
    case 'compute-environment':
      return ledger.environments.get(id);
    case 'scheduling-policy':
      return ledger.policies.get(id);
    case 'consumable-resource':
      return ledger.consumables.get(id);
    case 'job-queue':
      return ledger.queues.get(id);
    case 'job-definition': {
      const { name, revision } = definitionIn(id);
      return revision === undefined ? /^Invalid ARN/ : ledger.definitions.get(name)?.[revision - 1];
    }
    case 'job':
      return /[:#]/.test(id) ? /^Tagging is not supported/ : jobOf(ledger, id);
    default:
      return undefined;
  }
};

/** Somebody changes the tags of a resource that stays. */
const change =
  (changed: (tags: Tags, input: Wire) => Tags) =>
  (ledger: Ledger, { input }: Request): Expected => {
    const resource = resourceOf(ledger, String(input.resourceArn));
    if (resource instanceof RegExp) return { refusal: resource };
    if (resource.status === 'DELETING') return { refusal: /^Cannot change tags/ };
    const tags = changed(resource.tags, input);
    if (Object.keys(tags).length > MOST) return { refusal: /can have at most 50 tags/ };
    return {
      apply: () => {
        resource.tags = tags;
      },
    };
  };

const list = (ledger: Ledger, { input }: Request): Expected => {
  const resource = resourceOf(ledger, String(input.resourceArn));
  if (resource instanceof RegExp) return { refusal: resource };
  return {
    apply: (answer) => {
      if (answer) same('tags are those that were set', answer.tags, resource.tags);
    },
  };
};

export const TAGS: Readonly<Record<string, (ledger: Ledger, request: Request) => Expected>> = {
  TagResource: change((tags, input) => ({ ...tags, ...input.tags })),
  UntagResource: change((tags, { tagKeys }) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !tagKeys?.includes(key))),
  ),
  ListTagsForResource: list,
};
