import type { Outcome } from '../server.ts';
import type { Fate } from './eyes.ts';
import type {
  Consumable,
  Definition,
  Environment,
  Instance,
  Job,
  Moment,
  Policy,
  Queue,
  Task,
  Wire,
} from './model.ts';
import type { Walk } from './pages.ts';
import type { Chosen } from './rerun.ts';
import type { Rights } from './rights.ts';
import type { Uses } from './shares.ts';

/** One request of a client. Unless it is in a page walk or a mistake, it is one that a careful client would send. */
export interface Request {
  readonly id: number;
  readonly operation: string;
  readonly input: Wire;
  /** Set when something in it is wrong on purpose: the texts that may answer it. */
  readonly mistake?: RegExp;
  readonly walk?: Walk;
  /** The user that asks, or the session of a role; root where there is none. */
  readonly who?: string;
  outcome?: Outcome;
  /** What it may run again, when its turn began. */
  chosen?: Chosen;
  /** The jobs that it stops, each once. */
  found?: readonly Found[];
  concluded?: boolean;
}

/** A job, and its state when the turn of the request that stops it began. */
export interface Found {
  readonly job: Job;
  readonly state: number;
}

/** What the books hold. */
export interface Ledger {
  readonly environments: Map<string, Environment>;
  readonly environmentBySeq: Map<number, Environment>;
  readonly policies: Map<string, Policy>;
  readonly consumables: Map<string, Consumable>;
  /** Jobs that hold tokens. */
  readonly holders: Set<Job>;
  readonly queues: Map<string, Queue>;
  readonly queueBySeq: Map<number, Queue>;
  readonly definitions: Map<string, Definition[]>;
  readonly jobs: Map<string, Job>;
  readonly jobBySeq: Map<number, Job>;
  /** Jobs in the order of submission, without children. */
  readonly submitted: Job[];
  readonly tasks: Map<string, Task>;
  /** Every task that there ever was. */
  readonly started: Map<string, Task>;
  /** Tasks that are not over, and all instances. */
  readonly floor: {
    readonly live: ReadonlyMap<string, Task>;
    readonly instances: ReadonlyMap<string, Instance>;
    hostOf(instance: string): string | undefined;
    statesOf(instance: Instance): ReadonlySet<number>;
  };
  readonly rights: Rights;
  /** What shares have used. */
  readonly uses: Uses;
  readonly requests: Map<number, Request>;
  /** Lines that were read of each log stream. */
  readonly logs: Map<string, number>;
  /** Jobs that a submit has just inserted, until its turn ends: by the request's number. */
  readonly inserted: Map<number, Job>;
  /** Grows with each change of the history. */
  serial: number;
  /** What the machine's clock says. */
  wall(): number;
  moment(): Moment;
  /** What really became of a task. */
  fate(taskId: string): Fate | undefined;
  /** What happened how often: transitions, refusals. */
  count(kind: string, name: string): void;
}

/** What a request must come to: a refusal, or what changes when it is carried out. */
export type Expected =
  | { readonly refusal: RegExp }
  | {
      readonly refusal?: undefined;
      /** A refusal that nobody can foresee, and that changes nothing. */
      readonly may?: RegExp;
      readonly apply: (answer: Wire) => void;
    };

const ARN = 'arn:aws:batch:us-east-1:012345678910';
export const arnOf = (kind: string, name: string): string => `${ARN}:${kind}/${name}`;

/** The name in a member that takes a name or an ARN. */
export const nameIn = (kind: string, given: string): string | undefined => {
  if (!given.startsWith('arn:')) return given;
  const prefix = arnOf(kind, '');
  return given.startsWith(prefix) ? given.slice(prefix.length) : undefined;
};
