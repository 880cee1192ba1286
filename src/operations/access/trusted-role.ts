import { compile, type Policy } from '../../auth/policy/compile.ts';
import { type Context, contextOf, layered } from '../../auth/policy/context.ts';
import { readDocument } from '../../auth/policy/document.ts';
import { evaluateTrust, type Rights, type Verdict } from '../../auth/policy/evaluate.ts';
import type { Asker } from '../../auth/policy/principals.ts';
import { byIds } from '../../auth/policy/trusted.ts';
import type { Question } from '../../auth/questions/question.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import type { Tags } from '../../domain/tags.ts';
import type { Principal } from '../../service/principal.ts';
import type { Service } from '../../service/service.ts';
import { accessTagsOf } from '../../store/access/held-policies.ts';
import { roleNamed } from '../../store/access/roles.ts';
import type { RoleRow } from '../../store/access/rows.ts';
import { tagFacts } from './contexts.ts';
import { entityArn } from './names.ts';

/* Whom a role trusts. */

export interface Trusting {
  readonly arn: string;
  readonly id: string;
  readonly trust: Policy;
  /** The trust policy as it was sent. */
  readonly text: string;
  readonly tags: Tags;
}

/** The role with that very ARN. */
export const trustingRole = async ({ store, account }: Service, arn: string): Promise<Trusting | undefined> =>
  store.read(async (tx) => {
    const role = await roleNamed(tx, arn.slice(arn.lastIndexOf('/') + 1));
    if (!role || entityArn(account, 'role', role) !== arn) return undefined;
    const tags = await accessTagsOf(tx, { kind: 'role', seq: role.seq });
    return {
      ...{ arn, id: role.id, trust: trustOf(role), text: role.trust },
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    };
  });

const trustOf = ({ trust, trusted_ids }: RoleRow): Policy => {
  const document = readDocument(trust, 'trust');
  if (isRefusal(document))
    throw new Error(`a trust policy that was saved cannot be read: ${document.message}`);
  return compile(byIds(document, new Map(Object.entries(JSON.parse(trusted_ids) as Record<string, string>))));
};

/** Who asks, with what it may do by its own policies and what is known of it and its request. */
export interface Applicant {
  readonly asker: Asker;
  readonly rights: Rights;
  readonly facts: Context;
}

/** How a principal asks for a role. */
export const askerOf = ({ arn, id, who }: Principal, account: string): Asker =>
  who.kind === 'role'
    ? { kind: 'session', account, arn, id, role: who.role }
    : { kind: 'user', account, arn, id };

/**
 * The id of the role that is asked for, where all the questions are answered well; else the action that is not allowed. Nothing
 * tells whether there is such a role (rule A-065).
 */
export const trustedFor = async (
  service: Service,
  arn: string,
  questions: readonly Pick<Question, 'action' | 'context'>[],
  applicant: Applicant,
): Promise<{ readonly roleId: string } | { readonly refused: string }> => {
  const role = await trustingRole(service, arn);
  if (!role) return { refused: questions[0]!.action };
  const refused = questions.find((one) => trustVerdict(role, one, applicant).kind !== 'allow');
  return refused ? { refused: refused.action } : { roleId: role.id };
};

/** What a role's trust policy, and the asker's own where that leaves it to them, say to one question. */
export const trustVerdict = (
  { arn, trust, tags }: Trusting,
  { action, context }: Pick<Question, 'action' | 'context'>,
  { asker, rights, facts }: Applicant,
): Verdict => {
  const all = layered(facts, contextOf(context), tagFacts(arn, tags));
  return evaluateTrust(trust, asker, rights, { action, resource: arn, context: all });
};

export const notTrusted = (caller: string, action: string, arn: string): Refusal =>
  new Refusal(
    'AccessDenied',
    403,
    `User: ${caller} is not authorized to perform: ${action} on resource: ${arn}`,
  );
