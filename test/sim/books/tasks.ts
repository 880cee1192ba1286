import type { HostView } from '../../../src/domain/host.ts';
import type { Change } from '../disk.ts';
import type { Eyes, InstanceSeen, TaskSeen } from './eyes.ts';
import { nameOf } from './jobs.ts';
import { type Instance, type Job, must, type Placed, STARTING, type Task } from './model.ts';
import { checkBegun, checkLetGo, nodeEnded } from './nodes.ts';
import type { Ledger } from './requests.ts';
import type { Rule } from './rules.ts';
import { attemptEnded } from './times.ts';

const OPEN_RULE = 'hosts that take no tasks get none';
const LINE_RULE = 'nobody lines up on a host that takes no tasks';

/** How a task that is not over stands. */
interface Stance {
  readonly waits: boolean;
  readonly held: boolean;
}

interface LiveInstance {
  readonly environment: number;
  readonly host: string;
  readonly type: string;
  readonly size: Pool;
}

export interface Pool {
  readonly milliVcpus: number;
  readonly memoryMiB: number;
  readonly gpus: number;
}

/** What a host might be as a turn saw it, by its id. */
export type HostsSeen = (id: string) => readonly HostView[];

/** Live tasks, and what they take of the host and of each environment. */
export class Floor {
  readonly live = new Map<string, Task>();
  private readonly hosts: HostsSeen;
  readonly instances = new Map<string, Instance>();
  /** Instances that are not terminated. */
  private readonly present = new Map<string, LiveInstance>();
  /** When jobs got the places that were recalled last. */
  private readonly left = new Map<Job, Placed>();
  /** Instances that were launched, or got a task that has room, since the last look. */
  private readonly grown = new Set<string>();
  /** Nodes that got a task since the last look. */
  private readonly begunNodes = new Set<Job>();
  /** Hosts of which something was given away since the last look: what a task of a line takes is another's until that is heard of. */
  private readonly tookFrom = new Set<string>();

  constructor(hosts: HostsSeen) {
    this.hosts = hosts;
  }

  instanceChanged(
    ledger: Ledger,
    eyes: Eyes,
    id: string,
    environment: number,
    before: number,
    after: number,
  ): void {
    must(after >= before, 'an end is an end', () => `instance ${id} goes from ${before} to ${after}`);
    const known = this.instances.get(id);
    if (known) known.state = after;
    if (after === 2) this.present.delete(id);
    if (before !== after) ledger.count('transition', `instance ${before} > ${after}`);
    if (before !== -1) return;
    const { type, host, container_instance: containerInstance, ...seen }: InstanceSeen = eyes.instance(id);
    this.instances.set(id, { id, containerInstance, environment, type, state: after });
    const size = { milliVcpus: seen.milli_vcpus, memoryMiB: seen.memory_mib, gpus: seen.gpus };
    this.present.set(id, { environment, host, type, size });
    this.grown.add(id);
    if (type === 'host') return;
    this.tookFrom.add(host);
    this.checkOpen(host, id, OPEN_RULE);
    this.checkMaximum(ledger, environment, size.milliVcpus);
  }

  /** A launch may pass the maximum by one instance where the reference lets it, and by none elsewhere. */
  private checkMaximum(ledger: Ledger, seq: number, launched: number): void {
    const environment = ledger.environmentBySeq.get(seq)!;
    const all = [...this.present.values()].filter((on) => on.environment === seq);
    const sum = all.reduce((total, on) => total + on.size.milliVcpus, 0);
    const most = (environment.max ?? Number.POSITIVE_INFINITY) * 1000;
    must(environment.mayPass ? sum - launched < most : sum <= most, 'capacity', () => {
      return `${environment.name} launched up to ${sum} of ${most}`;
    });
  }

  /** Where an instance is, while it is there. */
  hostOf(instance: string): string | undefined {
    return this.present.get(instance)?.host;
  }

  /** The states that one may be shown in: a host that takes no more tasks is shown as what drains. */
  statesOf({ id, state }: Instance): ReadonlySet<number> {
    const hosts = state === 0 ? this.hosts(this.present.get(id)?.host ?? '') : [];
    return hosts.length === 0 ? new Set([state]) : new Set(hosts.map((host) => (host.isDraining ? 1 : 0)));
  }

  private checkOpen(host: string, what: string, rule: Rule): void {
    must(
      this.hosts(host).some(({ open }) => open),
      rule,
      () => `${what} came to ${host}`,
    );
  }

  changed(ledger: Ledger, eyes: Eyes, job: Job, { name: id, before, after, behind }: Change): void {
    const [was, is] = [before % 10, after % 10];
    const [waits, held] = [after % 20 >= 10, after >= 20];
    if (before === -1) this.begin(ledger, eyes, job, id, { waits, held });
    ledger.started.get(id)?.behind.add(behind);
    if (before === -1) return;
    if (after === -1) this.drop(ledger, job, id);
    else if (is === 2 && was < 2) this.end(ledger, eyes, job, id);
    else if (is < 2) this.move(eyes, id, is, { waits, held });
    else must(was < 2, 'events name their attempt', () => `task ${id} was over, and changes`);
  }

  private begin(ledger: Ledger, eyes: Eyes, job: Job, id: string, stance: Stance): void {
    const seen: TaskSeen | undefined = eyes.task(id);
    const { waits } = stance;
    const isRenewed = job.role !== 'none' && job.parent!.state >= STARTING;
    // a node that gets another task in place of a lost one was placed with that
    const former = [job.placed.at(-1), this.left.get(job)].find((one) => one?.attempt === seen?.attempt);
    const at = (isRenewed ? former?.at : undefined) ?? ledger.wall();
    const age = (isRenewed ? former?.age : undefined) ?? eyes.useAge();
    job.placed = [...job.placed, { task: id, attempt: seen?.attempt, at, age }];
    if (job.role === 'main') job.parent!.recalled = false;
    if (!seen) {
      // recalled before anybody looked: the row is gone already
      job.task = id;
      this.live.set(id, { ...NOBODY, ...stance, id, job, spec: job.spec, from: age, behind: new Set() });
      ledger.started.set(id, this.live.get(id)!);
      return;
    }
    must(job.task === '', 'no attempt has two tasks', () => `${nameOf(job)} has ${job.task} and ${id}`);
    // whatever became of that, and of its main node
    const { over } = job.role === 'none' ? job : job.parent!;
    const isNext = seen.attempt === over + 1 || (isRenewed && seen.attempt === over);
    must(isNext, 'attempts count up', () => `${nameOf(job)}: ${seen.attempt}, over ${over}`);
    const { spec } = job;
    must(
      seen.milli_vcpus === spec.milliVcpus && seen.memory_mib === spec.memoryMiB && seen.gpus === spec.gpus,
      'a task has what its job asks',
      () => `${nameOf(job)}: ${JSON.stringify(seen)}`,
    );
    const environment = ledger.environmentBySeq.get(seen.environment);
    must(job.role === 'none' || environment?.takesNodes === true, 'nodes start together', () => {
      return `${nameOf(job)} was placed in ${environment?.name}`;
    });
    const listed = job.queue.order.some((entry) => entry.environment === environment?.name);
    must(
      isRenewed || (listed && environment?.state === 'ENABLED' && /VALID|UPDATING/.test(environment.status)),
      'placement',
      () => {
        return `${nameOf(job)} was placed in ${environment?.name}`;
      },
    );
    job.task = id;
    if (job.role !== 'none') this.begunNodes.add(job);
    if (!waits) this.grown.add(seen.instance);
    const on = this.present.get(seen.instance);
    if (!waits && on?.type === 'host') this.tookFrom.add(on.host);
    if (!isRenewed && on) this.checkOpen(on.host, id, waits ? LINE_RULE : OPEN_RULE);
    must(this.present.get(seen.instance)?.environment === seen.environment, 'placement', () => {
      return `${nameOf(job)} was placed on ${seen.instance}`;
    });
    this.live.set(id, {
      id,
      job,
      spec,
      attempt: seen.attempt,
      environment: seen.environment,
      instance: seen.instance,
      milliVcpus: seen.milli_vcpus,
      memoryMiB: seen.memory_mib,
      gpus: seen.gpus,
      state: 0,
      from: age,
      ...stance,
      behind: new Set(),
    });
    ledger.tasks.set(id, this.live.get(id)!);
    ledger.started.set(id, this.live.get(id)!);
  }

  private move(eyes: Eyes, id: string, state: number, { waits, held }: Stance): void {
    const task = this.live.get(id);
    must(task !== undefined, 'an end is an end', () => `task ${id} is alive again`);
    task!.state = state;
    if (task!.waits && !waits) task!.from = eyes.useAge();
    task!.waits = waits;
    if (task!.held && !held) checkLetGo(task!.job);
    task!.held = held;
  }

  private drop(ledger: Ledger, job: Job, id: string): void {
    if (!this.live.delete(id)) return;
    ledger.tasks.delete(id);
    job.task = '';
    this.left.set(job, job.placed.at(-1)!);
    job.placed = job.placed.filter(({ task }) => task !== id);
    job.recalled = job.role === 'none';
    // unless that gets another task in the same place, no node of its job has a part in the attempt
    if (job.role === 'main') job.parent!.recalled = true;
    ledger.count('transition', 'task recalled');
  }

  private end(ledger: Ledger, eyes: Eyes, job: Job, id: string): void {
    must(job.task === id, 'events name their attempt', () => `${nameOf(job)}: ${id} ended, ${job.task} runs`);
    const seen = eyes.task(id)!;
    must(
      seen !== undefined,
      'attempts are those that are over',
      () => `${nameOf(job)}: ${id} ended and is gone`,
    );
    const fate = eyes.fate(id);
    must(fate?.kind !== 'unstarted' || fate.wronged, 'what never began is no attempt', () => {
      return `${nameOf(job)}: ${id} ended for ${seen.status_reason}`;
    });
    const code = seen.exit_code;
    const known = fate?.kind === 'exited' || fate?.kind === 'failed';
    must(code === null || fate?.wronged || (known && fate.exitCode === code), 'ends are true', () => {
      return `${id} ended with ${code}, really ${JSON.stringify(fate)}`;
    });
    must(seen.stopped_at !== null && !!seen.status_reason, 'an attempt that is over says why', () => id);
    must(code !== null || fate?.kind !== 'exited' || fate.wronged || seen.lost === 1, 'ends are true', () => {
      return `${id} has lost its exit code: ${seen.status_reason}, really ${JSON.stringify(fate)}`;
    });
    const task = this.live.get(id)!;
    const now = eyes.useAge();
    ledger.uses.ended(job, task, roomSince(task, seen, now), now);
    this.live.delete(id);
    attemptEnded(eyes, job, seen);
    if (job.role === 'none') job.over = seen.attempt;
    else nodeEnded(eyes, job, seen);
    job.lastTask = id;
    job.task = '';
  }

  /** At the end of a turn: nobody has more than there is, no node has a place without all others. */
  check(): void {
    for (const node of this.begunNodes) checkBegun(node);
    this.begunNodes.clear();
    if (this.grown.size === 0) return;
    const used = new Map<string, Pool>();
    const taken = new Map<string, Pool[]>();
    const take = (host: string, size: Pool): void => {
      taken.set(host, [...(taken.get(host) ?? []), size]);
    };
    const add = (to: Map<string, Pool>, key: string, more: Pool): void => {
      const { milliVcpus, memoryMiB, gpus } = to.get(key) ?? NONE;
      to.set(key, {
        milliVcpus: milliVcpus + more.milliVcpus,
        memoryMiB: memoryMiB + more.memoryMiB,
        gpus: gpus + more.gpus,
      });
    };
    for (const { type, host, size } of this.present.values()) {
      if (type !== 'host') take(host, size);
    }
    for (const task of this.live.values()) {
      if (task.waits) continue;
      const on = this.present.get(task.instance);
      if (on?.type === 'host') take(on.host, poolOf(task));
      else add(used, task.instance, task);
    }
    for (const id of this.tookFrom) {
      const there = taken.get(id) ?? [];
      must(
        this.hosts(id).some((host) => within(heldOf(host, there), less(host.size, host.foreign))),
        'capacity',
        () => `${JSON.stringify(there)} on ${id}`,
      );
    }
    this.tookFrom.clear();
    for (const id of this.grown) {
      const size = this.present.get(id)?.size;
      const there = used.get(id) ?? NONE;
      if (!size) continue;
      must(
        within(there, size),
        'capacity',
        () => `${id} has ${JSON.stringify(there)} of ${JSON.stringify(size)}`,
      );
    }
    this.grown.clear();
  }
}

/** One that stands in a line yet has had its room while it ran. */
const roomSince = ({ waits, from }: Task, { started_at: start, stopped_at: stop }: TaskSeen, now: number) =>
  waits ? Math.min(now, Math.max(from, now - (start === null ? 0 : Math.max(0, stop! - start)))) : from;

const NOBODY = {
  attempt: 0,
  environment: 0,
  instance: '',
  milliVcpus: 0,
  memoryMiB: 0,
  gpus: 0,
  state: 0,
} as const;

const NONE: Pool = { milliVcpus: 0, memoryMiB: 0, gpus: 0 };

const within = (what: Pool, size: Pool): boolean =>
  what.milliVcpus <= size.milliVcpus && what.memoryMiB <= size.memoryMiB && what.gpus <= size.gpus;

/** CPU is a weight: what asks for more than others leave of a host has all of that. */
const heldOf = ({ size, foreign }: { size: Pool; foreign: Pool }, what: readonly Pool[]): Pool => {
  const { milliVcpus: left } = less(size, foreign);
  return what.reduce(
    (sum, { milliVcpus, memoryMiB, gpus }) => ({
      milliVcpus: sum.milliVcpus + (left > 0 ? Math.min(milliVcpus, left) : milliVcpus),
      memoryMiB: sum.memoryMiB + memoryMiB,
      gpus: sum.gpus + gpus,
    }),
    NONE,
  );
};

/** A task as a message can show it. */
const poolOf = ({ milliVcpus, memoryMiB, gpus }: Pool): Pool => ({ milliVcpus, memoryMiB, gpus });

const less = (size: Pool, foreign: Pool): Pool => ({
  milliVcpus: size.milliVcpus - foreign.milliVcpus,
  memoryMiB: size.memoryMiB - foreign.memoryMiB,
  gpus: size.gpus - foreign.gpus,
});
