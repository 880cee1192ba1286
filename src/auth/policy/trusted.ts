import type { Document } from './document.ts';
import type { Principals } from './principals.ts';

/* Whom a trust policy names: by ARN as it is written, by unique id as it is kept (rule A-055). */

/** The ARNs of principals that a document names, each once. */
export const arnsTrusted = ({ statements }: Document): string[] => [
  ...new Set(
    statements.flatMap(({ principals }) =>
      principals === undefined || principals.list === '*'
        ? []
        : principals.list.flatMap(({ kind, value }) =>
            kind === 'AWS' && value.startsWith('arn:') ? [value] : [],
          ),
    ),
  ),
];

/** The same document with the ids in place of the ARNs that have one. */
export const byIds = ({ version, statements }: Document, ids: ReadonlyMap<string, string>): Document => ({
  version,
  statements: statements.map((statement) => {
    const { principals } = statement;
    return principals === undefined
      ? statement
      : { ...statement, principals: { ...principals, list: namedByIds(principals.list, ids) } };
  }),
});

const namedByIds = (principals: Principals, ids: ReadonlyMap<string, string>): Principals =>
  principals === '*'
    ? principals
    : principals.map(({ kind, value }) => ({
        kind,
        value: kind === 'AWS' ? (ids.get(value) ?? value) : value,
      }));

/** A document's text with other names for some of its principals; as it was where none has another. */
export const renamedIn = (text: string, names: ReadonlyMap<string, string>): string => {
  if (names.size === 0) return text;
  const document = JSON.parse(text) as { Statement: unknown };
  const renamed = (statement: unknown): unknown => {
    const written = statement as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      Object.entries(written).map(([member, value]) => [
        member,
        /^(Not)?Principal$/.test(member) ? namesIn(value, names) : value,
      ]),
    );
  };
  const { Statement: all } = document;
  return JSON.stringify({ ...document, Statement: Array.isArray(all) ? all.map(renamed) : renamed(all) });
};

const namesIn = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => namesIn(one, names));
  return Object.fromEntries(
    Object.entries(value as object).map(([kind, inner]) => [
      kind,
      kind === 'AWS' ? namesIn(inner, names) : inner,
    ]),
  );
};
