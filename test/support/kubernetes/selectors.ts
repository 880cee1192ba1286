import type { FakeObject } from './objects.ts';

/** `a=b,c!=d` of labels, and of fields of the few that are asked for here. */
export const selects = (query: URLSearchParams, object: FakeObject): boolean =>
  termsOf(query.get('labelSelector')).every((term) => holds(term, object.metadata.labels[term.key])) &&
  termsOf(query.get('fieldSelector')).every((term) => holds(term, fieldOf(object, term.key)));

interface Term {
  readonly key: string;
  readonly isEqual: boolean;
  readonly value: string;
}

const termsOf = (text: string | null): Term[] =>
  (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((part) => {
      const [, key = '', sign, value = ''] = /^([^=!]*)(!?=)(.*)$/.exec(part) ?? [];
      return { key, isEqual: sign === '=', value };
    });

const holds = ({ isEqual, value }: Term, found: string | undefined): boolean => (found === value) === isEqual;

const fieldOf = ({ metadata, spec, status }: FakeObject, field: string): string | undefined => {
  switch (field) {
    case 'metadata.name':
      return metadata.name;
    case 'status.phase':
      return String(status.phase);
    case 'spec.nodeName':
      return String(spec.nodeName ?? '');
    default:
      throw new Error(`no test asks for the field ${field}`);
  }
};
