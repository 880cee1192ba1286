import type { Account } from '../../domain/arn.ts';
import type { Value } from '../policy/context.ts';

/** What a request asks of its caller's policies, once. */
export interface Question {
  /** `batch:SubmitJob`. */
  readonly action: string;
  /**
   * ARNs, or `*` alone. An Allow on any of them is enough, a Deny on any of them counts; a refusal names the first. What is made
   * has the ARN that it will have.
   */
  readonly resources: readonly [string, ...string[]];
  /** What the request itself says, by condition key. What a resource that is there has (its tags, a job's owner) is not in it. */
  readonly context: Readonly<Record<string, Value>>;
  /** `no deny`: an Allow is not needed, a Deny counts (rule A-153). */
  readonly needs: 'allow' | 'no deny';
}

/** All that a request asks. */
export type Asks =
  /** All of them must be answered well, or the first that is not is the refusal. */
  | { readonly kind: 'all'; readonly questions: readonly Question[] }
  /** Each is about one entry of a list, and refuses that entry alone. */
  | { readonly kind: 'each'; readonly questions: readonly Question[] }
  /** The operation asks for each job that it finds. */
  | { readonly kind: 'found'; readonly action: string }
  /** A list is longer than the operation takes, which says so itself and does nothing. */
  | { readonly kind: 'too long' }
  /** About a role's trust policy; `role`: its ARN, undefined where the request names none. */
  | {
      readonly kind: 'trust';
      readonly role: string | undefined;
      readonly questions: readonly Pick<Question, 'action' | 'context'>[];
    }
  /** In no table: refused to all but root. */
  | { readonly kind: 'unknown' };

/** A request, as it came: nothing of its body is checked yet. */
export interface Asking {
  readonly service: string;
  readonly operation: string;
  /** Undefined where the body cannot be read. */
  readonly input: unknown;
  readonly account: Account;
  readonly found: Found;
}

/** What only the store knows, as far as a request needs it: see `lookup.ts`. */
export interface Found {
  /** The newest active revision of the definition that is named without one; undefined where there is none. */
  readonly activeRevision?: number;
  /** The revision that a registration would make. */
  readonly nextRevision?: number;
  /** The roles that an environment has, each an ARN with the service that it was passed to: they are not passed again. */
  readonly roles?: readonly (readonly [role: string, service: string])[];
  /** The id that a submission would get. */
  readonly newJobId?: string;
  /** Of IAM: the ARN of the user, group, role or profile that is named, or of the caller where none is; and its boundary. */
  readonly entity?: string;
  readonly boundary?: string;
  /** The ARN of the role that is put into an instance profile, or that is in the one that an environment names. */
  readonly role?: string;
  /** Whether the caller's own session has tags, or a source identity, that the next one would have, too. */
  readonly passesTags?: boolean;
  readonly passesIdentity?: boolean;
  /** The keys of the tags that TagResource adds to. */
  readonly tagKeys?: readonly string[];
  /** The jobs that RetryJobs would run again, and those that wait for them: each kind once. */
  readonly reruns?: readonly Rerun[];
}

export interface Rerun {
  /** ARNs. */
  readonly queue: string;
  readonly definition: string;
  readonly share?: string;
  /** The unique id of who submitted it; undefined where that is not known. */
  readonly owner?: string;
  /** What the definition was registered with, as RegisterJobDefinition takes it; of what only waits nothing is changed. */
  readonly registered: unknown;
}

/** What a table has for an operation. */
export type Entry =
  /** `*`: it has no resource. */
  | { readonly kind: 'everything'; readonly action?: string }
  /** About what a member names. */
  | { readonly kind: 'named'; readonly resource: ResourceKind; readonly member: string }
  /** Makes what a member names, with tags. */
  | { readonly kind: 'made'; readonly resource: ResourceKind; readonly member: string }
  /** About each entry of a list. */
  | {
      readonly kind: 'each';
      readonly resource: ResourceKind;
      readonly member: string;
      readonly action: string;
    }
  | { readonly kind: 'found'; readonly action: string }
  /** Nothing is asked: every valid key may. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'trust'; readonly asks: (asking: Asking) => Extract<Asks, { kind: 'trust' }> }
  /** More than a line says. */
  | {
      readonly kind: 'own';
      readonly questions: (asking: Asking) => readonly Question[];
      /** The member whose entries are asked about one by one. */
      readonly list?: string;
    };

export type Table = Readonly<Record<string, Entry>>;

/** What members name. `arn`: whatever has an ARN. */
export type ResourceKind =
  | 'compute-environment'
  | 'job-queue'
  | 'job'
  | 'scheduling-policy'
  | 'consumable-resource'
  | 'service-environment'
  | 'service-job'
  | 'arn';

export const asks = (
  action: string,
  resources: Question['resources'],
  context: Question['context'] = {},
): Question => ({ action, resources, context, needs: 'allow' });

/** A Deny counts, an Allow is not needed. */
export const mayNotBeDenied = (question: Question): Question => ({ ...question, needs: 'no deny' });
