import { must } from './model.ts';
import { type Expected, type Ledger, nameIn, type Request } from './requests.ts';
import { jobOf } from './submit.ts';

/* Who may ask what, decided here from the policies that were put, by rules of their own: nothing of the service's evaluator. */

export const USERS = ['ann', 'bob', 'cid'] as const;

/** What a statement says. Jobs that it is about are all of them, or (`own`) those that its user has submitted. */
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

const rightsIn = (document: string): Right[] =>
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

const isAbout = (right: Right, operation: string, about: About, who: string): boolean => {
  if (right.operations.length > 0 && !right.operations.includes(operation)) return false;
  if (right.own && !(about.kind === 'job' && about.owner === who)) return false;
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

const may = (rights: readonly Right[], operation: string, about: readonly About[], who: string): boolean =>
  about.every((one) => {
    const found = rights.filter((right) => isAbout(right, operation, one, who));
    return found.length > 0 && found.every(({ effect }) => effect === 'Allow');
  });

/** The rights of all users, as they change, and who submitted which job. */
export class Rights {
  private readonly policies = new Map<string, Map<string, readonly Right[]>>(
    USERS.map((user) => [user, new Map()]),
  );
  /** Of each request under way what its user had while it was: it may be decided by any of that. */
  private readonly asked = new Map<Request, (readonly Right[])[]>();
  /** By the ids of jobs; none of root's. */
  private readonly owners = new Map<string, string>();

  arrived(request: Request): void {
    if (request.who !== undefined) this.asked.set(request, [this.of(request.who)]);
  }

  over(request: Request): void {
    this.asked.delete(request);
  }

  has(user: string, policy: string): boolean {
    return this.policies.get(user)!.has(policy);
  }

  put(user: string, policy: string, rights: readonly Right[] | undefined): void {
    const policies = this.policies.get(user)!;
    if (rights) policies.set(policy, rights);
    else policies.delete(policy);
    for (const [request, all] of this.asked) if (request.who === user) all.push(this.of(user));
  }

  owns(jobId: string, who: string | undefined): void {
    if (who !== undefined) this.owners.set(jobId, who);
  }

  /** Somebody was told that it may not, or was not told so. */
  check(ledger: Ledger, request: Request, isRefused: boolean): void {
    const { who, operation, input } = request;
    const all = this.asked.get(request)!;
    const verdicts = this.abouts(ledger, request).flatMap((about) =>
      all.map((rights) => may(rights, operation, about, who!)),
    );
    must(verdicts.includes(!isRefused), 'who may what is as policies say now', () => {
      const told = isRefused ? 'refused' : 'allowed';
      return `${operation} ${JSON.stringify(input)} of ${who} was ${told}, by ${JSON.stringify(all)}`;
    });
  }

  private of(user: string): readonly Right[] {
    return [...this.policies.get(user)!.values()].flat();
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

const putPolicy = (ledger: Ledger, { input }: Request): Expected => ({
  apply: () => ledger.rights.put(input.UserName, input.PolicyName, rightsIn(input.PolicyDocument)),
});

const deletePolicy = (ledger: Ledger, { input }: Request): Expected => {
  const { UserName, PolicyName } = input;
  if (!ledger.rights.has(UserName, PolicyName)) return { refusal: /^The user policy with name \S+ cannot/ };
  return { apply: () => ledger.rights.put(UserName, PolicyName, undefined) };
};

export const RIGHTS = { PutUserPolicy: putPolicy, DeleteUserPolicy: deletePolicy };
