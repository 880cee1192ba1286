import type { Document } from './document.ts';

const VARIABLE = /\$\{\s*([^{}*?$,'\s]+)\s*(?:,[^{}]*)?\}/g;

/** The condition keys that documents look at, in conditions and in variables, each once and as it is first written. */
export const contextKeysOf = (documents: readonly Document[]): string[] => {
  const found = new Map<string, string>();
  for (const key of documents.flatMap(keysIn))
    found.set(key.toLowerCase(), found.get(key.toLowerCase()) ?? key);
  return [...found.values()];
};

/** Variables came with the newer version (rule A-121). */
const keysIn = ({ version, statements }: Document): string[] =>
  statements.flatMap(({ resources, conditions }) => {
    const texts = [...(resources?.list ?? []), ...conditions.flatMap(({ values }) => values)];
    const variables =
      version === '2012-10-17'
        ? texts.flatMap((text) => [...text.matchAll(VARIABLE)].map(([, key]) => key!))
        : [];
    return [...conditions.map(({ key }) => key), ...variables];
  });
