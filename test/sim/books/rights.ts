import { must } from './model.ts';
import { type Ledger, nameIn, type Request } from './requests.ts';
import { type Session, Sessions } from './sessions.ts';
import { jobOf } from './submit.ts';

/* Who may ask what, decided here from the policies that were put, by rules of their own: nothing of the service's evaluator. */

export const USERS = ['ann', 'bob', 'cid'] as const;
export const GROUPS = ['g0', 'g1'] as const;

/** What a statement says. Jobs that it is about are all of them, or (`own`) those that who asks has submitted. */
export interface Right {
  readonly effect: 'Allow' | 'Deny';
  /** All when there is none. */
  readonly operations: readonly string[];
  /** About queues whose names begin so, and of an Allow about all definitions; undefined: about everything. */
  readonly queues: string | undefined;
  readonly own: boolean;
}

export const documentOf = (rights: readonly Right[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: rights.map(({ effect, operations, queues, own }) => ({
      Effect: effect,
      Action: operations.length === 0 ? 'batch:*' : operations.map((name) => `batch:${name}`),
      Resource: queues === undefined ? '*' : resourcesOf(effect, queues),
      ...(own && { Condition: { StringEquals: { 'longshore:JobOwner': `$\{aws:userid}` } } }),
    })),
  });

const resourcesOf = (effect: Right['effect'], queues: string): string[] => [
  `arn:aws:batch:*:*:job-queue/${queues}*`,
  ...(effect === 'Allow' ? ['arn:aws:batch:*:*:job-definition/*'] : []),
];

interface Written {
  readonly Effect: Right['effect'];
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

export const rightsIn = (document: string): Right[] =>
  (JSON.parse(document) as { Statement: Written[] }).Statement.map(
    ({ Effect, Action, Resource, Condition }) => ({
      effect: Effect,
      operations: typeof Action === 'string' ? [] : Action.map((name) => name.slice('batch:'.length)),
      queues: typeof Resource === 'string' ? undefined : /job-queue\/(.*)\*$/.exec(Resource[0]!)![1]!,
      own: Condition !== undefined,
    }),
  );

/** What a request is about. */
type About =
  | { readonly kind: 'everything' }
  /** Undefined: what is named can be no queue's or definition's. */
  | { readonly kind: 'queue' | 'definition'; readonly name: string | undefined }
  | { readonly kind: 'job'; readonly owner: string | undefined };

const isAbout = (right: Right, operation: string, about: About, id: string): boolean => {
  if (right.operations.length > 0 && !right.operations.includes(operation)) return false;
  if (right.own && !(about.kind === 'job' && about.owner === id)) return false;
  if (right.queues === undefined) return true;
  switch (about.kind) {
    case 'queue':
      return about.name?.startsWith(right.queues) ?? false;
    case 'definition':
      return about.name !== undefined && right.effect === 'Allow';
    default:
      return false;
  }
};

const may = (rights: readonly Right[], operation: string, about: readonly About[], id: string): boolean =>
  about.every((one) => {
    const found = rights.filter((right) => isAbout(right, operation, one, id));
    return found.length > 0 && found.every(({ effect }) => effect === 'Allow');
  });

/** What decides about a request at some moment. */
interface Standing {
  /** Not of a session whose role is gone. */
  readonly isKnown: boolean;
  readonly rights: readonly Right[];
  /** Of who asks for a role: whether that trusts it. */
  readonly isTrusted: boolean;
}

type Verdict = 'allowed' | 'refused' | 'unknown';

/** Who has policies: `user ann`, `group g0`, `role r0`. */
export type Owner = `${'user' | 'group' | 'role'} ${string}`;

/** The rights of all users, groups and roles, as they change, and who submitted which job. */
export class Rights {
  private readonly policies = new Map<Owner, Map<string, readonly Right[]>>();
  /** Users, by group. */
  private readonly members = new Map<string, Set<string>>(GROUPS.map((group) => [group, new Set()]));
  readonly sessions = new Sessions();
  /** Of each request under way how it stood with who asks while it was: it may be decided by any of that. */
  private readonly asked = new Map<Request, Standing[]>();
  /** By the ids of jobs; none of root's. */
  private readonly owners = new Map<string, string>();

  arrived(request: Request): void {
    if (request.who !== undefined) this.asked.set(request, [this.standing(request)]);
  }

  over(request: Request): void {
    this.asked.delete(request);
  }

  has(owner: Owner, policy?: string): boolean {
    const policies = this.policies.get(owner);
    return policy === undefined ? (policies?.size ?? 0) > 0 : (policies?.has(policy) ?? false);
  }

  isMember(user: string, group: string): boolean {
    return this.members.get(group)!.has(user);
  }

  put(owner: Owner, policy: string, rights: readonly Right[] | undefined): void {
    this.changed(() => {
      const policies = this.policies.get(owner) ?? new Map<string, readonly Right[]>();
      this.policies.set(owner, policies);
      if (rights) policies.set(policy, rights);
      else policies.delete(policy);
    });
  }

  joins(user: string, group: string, isIn: boolean): void {
    this.changed(() => {
      if (isIn) this.members.get(group)!.add(user);
      else this.members.get(group)!.delete(user);
    });
  }

  /** Whoever is under way may be decided by what was before or by what is now. */
  changed(change: () => void): void {
    change();
    for (const [request, all] of this.asked) all.push(this.standing(request));
  }

  owns(jobId: string, who: string | undefined): void {
    if (who !== undefined) this.owners.set(jobId, this.idOf(who));
  }

  /** Who may be asked to stop a job as its own; undefined of root's, and where the session is over. */
  ownerOf(jobId: string): string | undefined {
    const id = this.owners.get(jobId.split(/[:#]/)[0]!);
    return id === undefined || !id.includes(':')
      ? id
      : this.sessions.usable().find((who) => this.sessions.get(who)!.id === id);
  }

  /** Somebody was told that it may not, or that nobody knows it, or neither. */
  check(ledger: Ledger, request: Request, told: Verdict): void {
    const { who, operation, input } = request;
    const all = this.asked.get(request)!;
    const verdicts = all.flatMap((one) => this.verdicts(ledger, request, one));
    // its time is over, by a clock that may have been set since
    if (this.sessions.get(who!)?.isOver) verdicts.push('unknown');
    must(verdicts.includes(told), 'who may what is as policies say now', () => {
      return `${operation} ${JSON.stringify(input)} of ${who} was ${told}, by ${JSON.stringify(all)}`;
    });
  }

  private verdicts(ledger: Ledger, request: Request, standing: Standing): Verdict[] {
    const { who, operation } = request;
    if (!standing.isKnown) return ['unknown'];
    if (operation === 'AssumeRole') return [standing.isTrusted ? 'allowed' : 'refused'];
    return this.abouts(ledger, request).map((about) =>
      may(standing.rights, operation, about, this.idOf(who!)) ? 'allowed' : 'refused',
    );
  }

  private standing({ who, operation, input }: Request): Standing {
    const session = this.sessions.get(who!);
    if (session) return { ...this.ofSession(session), isTrusted: false };
    const isTrusted = operation === 'AssumeRole' && this.sessions.trusts(input.RoleArn, who!);
    const groups = GROUPS.filter((group) => this.isMember(who!, group));
    const owners: Owner[] = [`user ${who!}`, ...groups.map((group) => `group ${group}` as const)];
    return { isKnown: true, rights: owners.flatMap((owner) => this.of(owner)), isTrusted };
  }

  private ofSession(session: Session): Omit<Standing, 'isTrusted'> {
    return this.sessions.isThere(session)
      ? { isKnown: true, rights: this.of(`role ${session.role}`) }
      : { isKnown: false, rights: [] };
  }

  private of(owner: Owner): readonly Right[] {
    return [...(this.policies.get(owner)?.values() ?? [])].flat();
  }

  /** What policies know it by. */
  private idOf(who: string): string {
    return this.sessions.get(who)?.id ?? who;
  }

  /** What it may be about: a job that has gone meanwhile was somebody's, or nobody's already. */
  private abouts(ledger: Ledger, { operation, input }: Request): (readonly About[])[] {
    switch (operation) {
      case 'SubmitJob':
        return [
          [
            { kind: 'queue', name: nameIn('job-queue', input.jobQueue) },
            { kind: 'definition', name: nameIn('job-definition', input.jobDefinition) },
          ],
        ];
      case 'CancelJob':
      case 'TerminateJob': {
        const job = jobOf(ledger, nameIn('job', input.jobId) ?? '');
        const owner = job && this.owners.get(job.id.split(/[:#]/)[0]!);
        const nobody = [{ kind: 'job', owner: undefined } as const];
        return job?.gone ? [nobody, [{ kind: 'job', owner }]] : [[{ kind: 'job', owner }]];
      }
      default:
        return [[{ kind: 'everything' }]];
    }
  }
}
