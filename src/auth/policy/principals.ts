import { Refusal } from '../../domain/refusal.ts';

/** Who is named in a trust policy; `*` is everybody. */
export type Principals = '*' | readonly Principal[];
export interface Principal {
  readonly kind: 'AWS' | 'Service' | 'Federated';
  readonly value: string;
}

/** Who asks for a role. A user and a role are named by ARN or by unique id, which a name made anew does not have. */
export type Asker =
  | { readonly kind: 'user'; readonly account: string; readonly arn: string; readonly id?: string }
  | {
      readonly kind: 'session';
      readonly account: string;
      readonly arn: string;
      /** `AROA…:<session>`. */
      readonly id?: string;
      readonly role: { readonly arn: string; readonly id?: string };
    }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'federated'; readonly provider: string };

/** How an asker is named: by itself, by its role, or by its account; the nearest of them. */
export type Nearness = 'itself' | 'role' | 'account';

export const nearnessOf = (principals: Principals, asker: Asker): Nearness | undefined => {
  if (principals === '*') return 'itself';
  const named = principals.map((principal) => nearnessTo(principal, asker));
  return (['itself', 'role', 'account'] as const).find((nearness) => named.includes(nearness));
};

const nearnessTo = ({ kind, value }: Principal, asker: Asker): Nearness | undefined => {
  switch (asker.kind) {
    case 'service':
      return kind === 'Service' && value === asker.name ? 'itself' : undefined;
    case 'federated':
      return kind === 'Federated' && value === asker.provider ? 'itself' : undefined;
    case 'user':
    case 'session':
      if (kind !== 'AWS') return undefined;
      if (value === '*' || value === asker.arn) return 'itself';
      if (value === asker.id) return 'itself';
      if (asker.kind === 'session' && (value === asker.role.arn || value === asker.role.id)) return 'role';
      return value === asker.account || ACCOUNT.exec(value)?.[1] === asker.account ? 'account' : undefined;
  }
};

const ACCOUNT = /^arn:[^:]+:iam::(\d{12}):root$/;
const NAMED = /^(\d{12}|arn:aws[a-z-]*:(iam::\d{12}:(root|(user|role)\/.+)|sts::\d{12}:assumed-role\/.+))$/;

const malformed = (text: string): Refusal => new Refusal('MalformedPolicyDocument', 400, text);
const KINDS = ['AWS', 'Service', 'Federated'] as const;

/** Reads what stands in Principal or NotPrincipal (rule A-053). */
export const principalsOf = (written: unknown): Principals | Refusal => {
  if (written === '*') return '*';
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    return malformed('Syntax errors in policy.');
  const all: Principal[] = [];
  for (const [name, values] of Object.entries(written)) {
    const kind = KINDS.find((one) => one === name);
    if (!kind) return malformed('Syntax errors in policy.');
    for (const value of Array.isArray(values) ? values : [values]) {
      if (typeof value !== 'string') return malformed('Syntax errors in policy.');
      if (!isLegal(kind, value)) return malformed(`Invalid principal in policy: "${kind}":"${value}"`);
      all.push({ kind, value });
    }
  }
  return all.length > 0 ? all : malformed('Syntax errors in policy.');
};

/** No wildcard within a name. */
const isLegal = (kind: Principal['kind'], value: string): boolean =>
  (kind === 'AWS' && value === '*') ||
  (!/[*?]/.test(value) && (kind === 'AWS' ? NAMED.test(value) || UNIQUE_ID.test(value) : value !== ''));

const UNIQUE_ID = /^(AIDA[A-Z2-7]{17}|AROA[A-Z2-7]{17}(:[\w+=,.@-]{2,64})?)$/;
