import { type Context, layered } from '../../auth/policy/context.ts';
import { evaluate, type Verdict } from '../../auth/policy/evaluate.ts';
import { refusalText } from '../../auth/policy/words.ts';
import { resourceNamed } from '../../auth/questions/resource-named.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import type { Principal } from '../../service/principal.ts';
import { type Held, rightsOfRole, rightsOfUser } from '../../service/rights.ts';
import type { Operation, Service } from '../../service/service.ts';
import { roleNamed } from '../../store/access/roles.ts';
import { userNamed } from '../../store/access/users.ts';
import type { Tx } from '../../store/store.ts';
import { ownerFacts, principalFacts, requestFacts, tagFacts } from './contexts.ts';
import { ownerOfArn, tagsOfArn } from './facts.ts';
import { entityArn, userArn } from './names.ts';

export interface CheckInput {
  /** A user's name, `role/NAME`, or the ARN of either. */
  readonly name: string;
  /** `batch:SubmitJob`. */
  readonly action: string;
  /** An ARN, `*`, or the name of what the action is about. */
  readonly resource: string;
}

/**
 * Whether a request by a user or a role would be allowed, and the statement that decides (rule A-231): as now, from this machine, with
 * the tags that the resource has. Answers `principal`, `action`, `resource`, `decision`, and `policy` and `statement` where one decides,
 * else `reason`.
 */
export const checkAccess: Operation<CheckInput> = async (service, { name, action, resource: given }) => {
  if (!/^[\w-]+:[\w*?]+$/.test(action))
    return refuse(`action must be such as batch:SubmitJob, got ${action}`);
  return service.store.read(async (tx) => {
    const who = await whoIs(service, tx, name);
    if (isRefusal(who)) return who;
    const { principal, held } = who;
    const resource = resourceNamed(service.account, action, given);
    const context = await contextFor(service, tx, principal, resource);
    const verdict = evaluate(held.rights, { action, resource, context });
    return {
      principal: principal.arn,
      action,
      resource,
      ...told(verdict, held, principal.arn, action, resource),
    };
  });
};

interface Known {
  readonly principal: Principal;
  readonly held: Held;
}

const whoIs = async ({ account }: Service, tx: Tx, given: string): Promise<Known | Refusal> => {
  const bare = given.replace(/^arn:[^:]*:iam::\d*:/, '').replace(/^user\//, '');
  const name = bare.slice(bare.lastIndexOf('/') + 1);
  if (!bare.startsWith('role/')) {
    const user = await userNamed(tx, name);
    if (!user) return refuse(`there is no user ${name}`);
    const who = { kind: 'user', seq: user.seq, name: user.name } as const;
    return known(await rightsOfUser(tx, user, new Map()), { arn: userArn(account, user), id: user.id, who });
  }
  const role = await roleNamed(tx, name);
  if (!role) return refuse(`there is no role ${name}`);
  const arn = entityArn(account, 'role', role);
  const who = { kind: 'role', role: { arn, id: role.id }, doc: {} } as const;
  return known(await rightsOfRole(tx, role, new Map()), { arn, id: role.id, who });
};

const known = (held: Held, who: Pick<Principal, 'arn' | 'id' | 'who'>): Known => {
  const { rights, tags, readsTags, readsOwners } = held;
  return { held, principal: { ...who, accessKeyId: '', secret: '', rights, tags, readsTags, readsOwners } };
};

const contextFor = async (
  service: Service,
  tx: Tx,
  principal: Principal,
  resource: string,
): Promise<Context> => {
  const { account, clock } = service;
  return layered(
    tagFacts(resource, await tagsOfArn(service, tx, resource)),
    ownerFacts(await ownerOfArn(service, tx, resource)),
    requestFacts({ sourceIp: '127.0.0.1', region: account.region }, account, clock.wall()),
    principalFacts(account, principal),
  );
};

const told = (verdict: Verdict, { sources }: Held, caller: string, action: string, resource: string) => {
  if (verdict.kind === 'implicitDeny')
    return { decision: verdict.kind, reason: refusalText({ caller, action, resource, verdict }) };
  const { policy, rule } = verdict.by;
  const source = sources.find((one) => one.policy === policy)!;
  const { Statement } = JSON.parse(source.text) as { Statement: unknown };
  return {
    decision: verdict.kind,
    policy: source.arn ?? `${source.id} of the ${source.type}`,
    statement: [Statement].flat()[rule.index],
  };
};
