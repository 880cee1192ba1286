import { FAILED, isFinal, type Job, SUBMITTED } from '../books/model.ts';
import { newWalk, type Walk } from '../books/pages.ts';
import type { Ledger, Request } from '../books/requests.ts';
import type { Random } from '../random.ts';
import type { Swarm } from '../swarm.ts';
import {
  createConsumable,
  deleteConsumable,
  describeConsumable,
  listConsumables,
  listConsumers,
  updateConsumable,
} from './consumables.ts';
import { type Draft, deregister, describeDefinitions, type Make, register } from './definitions.ts';
import {
  cancel,
  cancelMany,
  describeJobs,
  listed,
  promptly,
  rerun,
  submit,
  terminate,
  terminateMany,
} from './jobs.ts';
import {
  describeClusters,
  describeContainerInstances,
  describeGroups,
  describeInstances,
  describeStreams,
  describeTasks,
  filterLog,
  listClusters,
  listContainerInstances,
  listTasks,
  readLog,
} from './machines.ts';
import { spoil } from './mistakes.ts';
import {
  createEnvironment,
  createQueue,
  deleteEnvironment,
  deleteQueue,
  describeEnvironments,
  describeQueues,
  snapshot,
  updateEnvironment,
  updateQueue,
} from './places.ts';
import { createPolicy, deletePolicy, describePolicies, listPolicies, updatePolicy } from './policies.ts';
import { askedBy, assume, changeRole, grant, join, revoke } from './rights.ts';
import { listTags, tag, untag } from './tags.ts';

const MAKES: Readonly<Record<string, Make>> = {
  submit,
  cancel,
  terminate,
  cancelMany,
  terminateMany,
  rerun,
  describeJobs,
  listJobs: listed,
  register,
  deregister,
  describeDefinitions,
  createQueue,
  updateQueue,
  deleteQueue,
  describeQueues,
  snapshot,
  createEnvironment,
  updateEnvironment,
  deleteEnvironment,
  describeEnvironments,
  readLog,
  filterLog,
  describeStreams,
  describeGroups,
  describeTasks,
  listTasks,
  describeContainerInstances,
  listContainerInstances,
  describeClusters,
  listClusters,
  describeInstances,
  tag,
  untag,
  listTags,
  createPolicy,
  updatePolicy,
  deletePolicy,
  describePolicies,
  listPolicies,
  createConsumable,
  updateConsumable,
  deleteConsumable,
  describeConsumable,
  listConsumables,
  listConsumers,
  grant,
  revoke,
  join,
  changeRole,
  assume,
};

/** Whoever gives rights makes no mistakes: those of policies are tested elsewhere. */
const isAdmin = (what: string): boolean => ['grant', 'revoke', 'join', 'changeRole', 'assume'].includes(what);

/** How often these are wrong: they can be in many more ways than they are often asked for. */
const MANY_WAYS: Readonly<Record<string, number>> = {
  register: 0.6,
  createEnvironment: 0.5,
};

const MOST_WALKS = 4;
/** How often somebody cancels what has just been submitted, or submits to what is just being made. */
const HASTY = 0.3;

/** So many changes ago. */
const RECENT = 10;

/** Whoever asks the service for something: what comes next is chance, by the seed's weights. */
export class Clients {
  private readonly ledger: Ledger;
  private readonly swarm: Swarm;
  private walks: Walk[] = [];
  /** A queue that somebody has just asked for; nobody has heard yet whether it is there. */
  private asked: string | undefined;
  private count = 0;

  constructor(ledger: Ledger, swarm: Swarm) {
    this.ledger = ledger;
    this.swarm = swarm;
  }

  /** A job that might start in the moment that it comes: of one container, where few wait. */
  prompt(r: Random): Request {
    const id = ++this.count;
    return { id, ...promptly(r, this.ledger, this.swarm, id) };
  }

  next(r: Random): Request {
    const id = ++this.count;
    const hasty = r.chance(HASTY) ? this.unseenChild(r) : undefined;
    if (hasty) return { id, operation: 'CancelJob', input: { jobId: hasty.id, reason: `stop ${id}` } };
    const failed = r.chance(HASTY) ? this.justFailed(r) : undefined;
    if (failed) return { id, operation: 'RetryJobs', input: { jobId: failed.id, withDependents: true } };
    const what = (this.asked ? 'submit' : undefined) ?? this.whatFirst(r) ?? r.weighted(this.swarm.weights);
    if (what === 'listJobs') return this.page(r, id);
    const draft = this.atOnce(r, MAKES[what]!(r, this.ledger, this.swarm, id));
    const mistakes = isAdmin(what) ? 0 : Math.max(MANY_WAYS[what] ?? 0, this.swarm.mistakes);
    return { id, ...(r.chance(mistakes) ? spoil(draft, r) : askedBy(r, this.ledger, draft)) };
  }

  /** Whoever asks for a queue often submits to it before that is answered. */
  private atOnce(r: Random, draft: Draft): Draft {
    const { asked } = this;
    this.asked = undefined;
    if (asked && draft.operation === 'SubmitJob')
      return { ...draft, input: { ...draft.input, jobQueue: asked } };
    if (draft.operation === 'CreateJobQueue' && r.chance(HASTY)) this.asked = draft.input.jobQueueName;
    return draft;
  }

  /** A child of a small array that no turn has looked at yet: with the last of them the array ends before it began. */
  private unseenChild(r: Random): Job | undefined {
    const young = this.ledger.submitted.slice(-5).filter((job) => job.state === SUBMITTED && job.size > 0);
    const small = young.find((job) => job.size < 5);
    const open = small?.children.filter((child) => !isFinal(child.state)) ?? [];
    return open.length > 0 ? r.pick(open) : undefined;
  }

  /** One of which those that depend on it may not have been told. */
  private justFailed(r: Random): Job | undefined {
    const { submitted, serial } = this.ledger;
    const failed = submitted
      .slice(-200)
      .filter((job) => job.state === FAILED && !job.gone && job.changed > serial - RECENT);
    return failed.length > 0 ? r.pick(failed) : undefined;
  }

  /** A request that the world itself makes, to tidy up. */
  plain(operation: string, input: unknown): Request {
    return { id: ++this.count, operation, input };
  }

  /** An empty world is soon furnished. */
  private whatFirst(r: Random): string | undefined {
    const { environments, queues, definitions } = this.ledger;
    if (r.chance(0.5)) return undefined;
    if (environments.size === 0) return 'createEnvironment';
    if (queues.size === 0) return 'createQueue';
    return definitions.size === 0 ? 'register' : undefined;
  }

  /** The next page of a walk that is under way, or the first of another. */
  private page(r: Random, id: number): Request {
    this.walks = this.walks.filter((walk) => !walk.over);
    const idle = this.walks.filter((walk) => !walk.busy);
    const draft = listed(r, this.ledger, this.swarm, id);
    if (r.chance(this.swarm.mistakes)) return { id, ...spoil(draft, r) };
    let walk = idle.length > 0 && r.chance(0.7) ? r.pick(idle) : undefined;
    if (!walk) {
      walk = newWalk(draft.input);
      if (this.walks.length < MOST_WALKS) this.walks.push(walk);
    }
    walk.busy = true;
    const { token } = walk;
    const input = token === undefined ? walk.input : { ...walk.input, nextToken: token };
    return { id, operation: 'ListJobs', input, walk };
  }
}
