import { compile, type Policy } from '../../auth/policy/compile.ts';
import { type Context, contextOf } from '../../auth/policy/context.ts';
import { type Document, readDocument } from '../../auth/policy/document.ts';
import type { Rights } from '../../auth/policy/evaluate.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import { type Source, sourcesOf, sourcesOfManaged } from '../../service/rights.ts';
import type { Service } from '../../service/service.ts';
import { accessTagsOf } from '../../store/access/held-policies.ts';
import { roleNamed } from '../../store/access/roles.ts';
import type { Owner } from '../../store/access/rows.ts';
import { groupNamed, groupsOf, userNamed } from '../../store/access/users.ts';
import type { Tx } from '../../store/store.ts';
import { type Input, textOf, textsOf } from './input.ts';
import { entityArn, groupArn, userArn } from './names.ts';
import { noEntity } from './refusals.ts';

/** Whose policies are tried, and what is known of it. */
export interface Subject {
  readonly rights: Rights;
  readonly facts: Context;
  readonly documents: readonly Document[];
  /** Where a policy of `rights` comes from. */
  readonly sourceOf: (policy: Policy) => Source | undefined;
}

interface Found {
  readonly owners: readonly Owner[];
  readonly boundary: string | null;
  readonly facts: Readonly<Record<string, string>>;
}

const NOBODY: Found = { owners: [], boundary: null, facts: {} };

/** A user, group or role by its ARN; nobody without one. */
const foundBy = async (service: Service, tx: Tx, arn: string | undefined): Promise<Found | Refusal> => {
  if (arn === undefined) return NOBODY;
  const [, kind, name = ''] = /:(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  const found = await byKind(service, tx, kind, name);
  return found?.arn === arn ? found : noEntity(`The entity with ARN ${arn} cannot be found.`);
};

const byKind = async (
  { account }: Service,
  tx: Tx,
  kind: string | undefined,
  name: string,
): Promise<(Found & { readonly arn: string }) | undefined> => {
  if (kind === 'group') {
    const group = await groupNamed(tx, name);
    const owners = group ? [{ kind, seq: group.seq } as const] : [];
    return group && { arn: groupArn(account, group), owners, boundary: null, facts: {} };
  }
  if (kind === 'role') {
    const role = await roleNamed(tx, name);
    if (!role) return undefined;
    const arn = entityArn(account, 'role', role);
    const self = { kind, seq: role.seq } as const;
    const type = { 'aws:PrincipalType': 'AssumedRole' };
    return { arn, owners: [self], boundary: role.boundary, facts: await factsOf(tx, self, arn, type) };
  }
  const user = kind === 'user' ? await userNamed(tx, name) : undefined;
  if (!user) return undefined;
  const arn = userArn(account, user);
  const self = { kind: 'user', seq: user.seq } as const;
  const groups = (await groupsOf(tx, user.seq)).map(({ seq }) => ({ kind: 'group', seq }) as const);
  const own = { 'aws:PrincipalType': 'User', 'aws:username': user.name, 'aws:userid': user.id };
  return {
    arn,
    owners: [self, ...groups],
    boundary: user.boundary,
    facts: await factsOf(tx, self, arn, own),
  };
};

const factsOf = async (tx: Tx, self: Owner, arn: string, more: Readonly<Record<string, string>>) => ({
  'aws:PrincipalArn': arn,
  ...more,
  ...Object.fromEntries(
    (await accessTagsOf(tx, self)).map(({ key, value }) => [`aws:PrincipalTag/${key}`, value]),
  ),
});

/** The documents that a request brings along. */
const given = (input: Input, member: string): Source[] =>
  textsOf(input, member).map((text, n) => ({ id: `${member}.${n + 1}`, type: 'none', text }));

/** Whom a request asks about (`PolicySourceArn`), with the policies that it brings along; nobody else's where it names nobody. */
export const subjectOf = async (service: Service, tx: Tx, input: Input): Promise<Subject | Refusal> => {
  const found = await foundBy(service, tx, textOf(input, 'PolicySourceArn'));
  if (isRefusal(found)) return found;
  const sources = [...(await sourcesOf(tx, found.owners)), ...given(input, 'PolicyInputList')];
  const own = found.boundary === null ? [] : await sourcesOfManaged(tx, found.boundary);
  const tried = given(input, 'PermissionsBoundaryPolicyInputList');
  const bounds = tried.length > 0 ? tried.slice(0, 1) : own;
  const isBound = tried.length > 0 || found.boundary !== null;
  const read = [...sources, ...bounds].map(readOf);
  const wrong = read.find(isRefusal);
  if (wrong) return new Refusal('InvalidInput', 400, wrong.message);
  return assembled(read as Read[], sources.length, isBound, found.facts);
};

interface Read {
  readonly source: Source;
  readonly document: Document;
  readonly policy: Policy;
}

const readOf = (source: Source): Read | Refusal => {
  const document = readDocument(source.text, 'inline');
  return isRefusal(document) ? document : { source, document, policy: compile(document, source.arn) };
};

const assembled = (
  read: readonly Read[],
  identities: number,
  isBound: boolean,
  facts: Readonly<Record<string, string>>,
): Subject => {
  const sources = new Map(read.map(({ policy, source }) => [policy, source]));
  const policies = read.map(({ policy }) => policy);
  return {
    rights: {
      identity: policies.slice(0, identities),
      ...(isBound && { boundary: policies[identities] ?? 'gone' }),
    },
    facts: contextOf(facts),
    documents: read.map(({ document }) => document),
    sourceOf: (policy) => sources.get(policy),
  };
};
