import { type Account, nameFrom } from '../../domain/arn.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import type { DefinitionsNamed } from '../../store/job-filters.ts';

/** A filter of ListJobs (rules J-284 to J-287). Times in wall milliseconds: after the one, and before the other. */
export type Filter =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'names'; readonly prefix: string }
  | { readonly kind: 'definitions'; readonly named: DefinitionsNamed }
  | { readonly kind: 'created'; readonly after: number; readonly until: number };

type Given = { readonly name?: string; readonly values?: readonly string[] };

const only = (filters: readonly Given[]): { name: string | undefined; value: string } | Refusal => {
  if (filters.length > 1) return refuse(`filters takes one filter, not ${filters.length}`);
  const { name, values = [] } = filters[0]!;
  if (values.length !== 1) return refuse(`filters[0].values takes one value, not ${values.length}`);
  return { name, value: values[0]! };
};

/** The share that is asked for; undefined without such a filter. Rule T-386. */
export const readShare = (filters: readonly Given[]): string | undefined | Refusal => {
  if (!filters.some(({ name }) => name === 'SHARE_IDENTIFIER')) return undefined;
  const found = only(filters);
  return isRefusal(found) ? found : found.value;
};

const NEVER = Number.MAX_SAFE_INTEGER;

export const readFilter = (account: Account, filters: readonly Given[]): Filter | undefined | Refusal => {
  if (filters.length === 0) return undefined;
  const found = only(filters);
  if (isRefusal(found)) return found;
  const { name, value } = found;
  switch (name) {
    case 'JOB_NAME':
      return value.endsWith('*')
        ? { kind: 'names', prefix: value.slice(0, -1) }
        : { kind: 'name', name: value };
    case 'JOB_DEFINITION':
      return byDefinition(account, value);
    case 'BEFORE_CREATED_AT':
    case 'AFTER_CREATED_AT':
      if (!/^\d{1,15}$/.test(value))
        return refuse(`filters[0].values must hold milliseconds, got '${value}'`);
      return name === 'BEFORE_CREATED_AT'
        ? { kind: 'created', after: -1, until: Number(value) }
        : { kind: 'created', after: Number(value), until: NEVER };
    default:
      return refuse(
        `filters[0].name must be one of JOB_NAME, JOB_DEFINITION, BEFORE_CREATED_AT, AFTER_CREATED_AT, SHARE_IDENTIFIER, got '${name}'`,
      );
  }
};

const byDefinition = (account: Account, value: string): Filter | Refusal => {
  if (value.startsWith('arn:')) {
    const name = nameFrom(account, 'job-definition', value);
    const [, base, revision] = /^(.+):(\d+)$/.exec(name ?? '') ?? [];
    if (!base) return refuse(`filters[0].values must hold a name or an ARN with a revision, got '${value}'`);
    return { kind: 'definitions', named: { kind: 'revision', name: base, revision: Number(revision) } };
  }
  const named = value.endsWith('*')
    ? ({ kind: 'prefix', prefix: value.slice(0, -1) } as const)
    : ({ kind: 'name', name: value } as const);
  return { kind: 'definitions', named };
};
