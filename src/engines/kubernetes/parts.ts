import type { TaskReport } from '../engine.ts';
import { Line } from '../line.ts';
import { Arrivals } from './arrivals.ts';
import { Follower } from './client/follower.ts';
import type { Insistence } from './client/insist.ts';
import { Creating } from './creating.ts';
import { Effects } from './effects.ts';
import type { Given } from './given.ts';
import { Judge } from './judge.ts';
import { LateCreates } from './late-creates.ts';
import { mainAddressOf } from './main-address.ts';
import type { Pod } from './objects.ts';
import { Pauses } from './pauses.ts';
import { Persistence } from './persistence.ts';
import { PodsFollowed } from './pods-followed.ts';
import { Recalls } from './recalls.ts';
import { RefusedStarts } from './refused-starts.ts';
import { Removals } from './removals.ts';
import type { KubernetesEngineSettings } from './settings.ts';
import type { TaskEvent } from './task-events.ts';
import { TaskSecrets } from './task-secrets.ts';
import { type Task, Tasks } from './tasks.ts';
import { Tombstones } from './tombstones.ts';
import { WaitReasons } from './wait-reasons.ts';

/** What the parts tell and ask the engine. */
export interface Doors {
  readonly tell: (task: Task, event: TaskEvent) => void;
  readonly meet: (task: Task, pod: Pod) => void;
  readonly vanish: (task: Task) => void;
  readonly report: (report: TaskReport) => void;
  readonly isClosed: () => boolean;
  readonly goOn: (task: Task) => void;
}

/** What an engine is made of. */
export interface Parts extends Given {
  readonly tasks: Tasks;
  readonly line: Line;
  readonly waits: WaitReasons;
  readonly judge: Judge;
  readonly arrivals: Arrivals;
  readonly late: LateCreates;
  readonly pauses: Pauses;
  readonly secrets: TaskSecrets;
  readonly removals: Removals;
  readonly tombstones: Tombstones;
  readonly creating: Creating;
  readonly recalls: Recalls;
  readonly effects: Effects;
  readonly refusedStarts: RefusedStarts;
  readonly follower: Follower<Pod>;
}

export const partsOf = (settings: KubernetesEngineSettings, given: Given, doors: Doors): Parts => {
  const { clock, timers, chance, log } = settings;
  const { api, bodies, logs, hosts } = given;
  const [tasks, line, waits, late, pauses] = [
    new Tasks(),
    new Line(),
    new WaitReasons(),
    new LateCreates(clock),
    new Pauses(timers),
  ];
  const insistence: Insistence = { timers: pauses, chance, isVoid: doors.isClosed };
  const persistence = new Persistence(insistence, clock, log);
  const secrets = new TaskSecrets({
    ...{ api, log, insistence },
    namesOf: (podName) => bodies.secretNamesOf(podName),
  });
  const removals = new Removals({ api, timers, persistence, secrets });
  const tombstones = new Tombstones({
    ...{ api, insistence, removals },
    bodyOf: (id) => bodies.tombstoneOf(id),
  });
  const nameOf = (id: string) => bodies.nameOf(id);
  const judge = new Judge({
    clock,
    nodeIsSilent: (name) => hosts.isSilent(name),
    hasNodeWith: (labels) => hosts.hasNodeWith(labels),
    events: (uid) => api.events(uid),
    again: (task) => task.stage.kind === 'there' && doors.meet(task, task.stage.pod),
  });
  const creating = new Creating({
    ...{ ...doors, api, clock, insistence, waits, log, secrets, late, nameOf },
    // what the watch has told meanwhile is later than the answer to a create
    meet: (task, pod) => task.stage.kind === 'ordered' && doors.meet(task, pod),
    bodyOf: (order) => bodies.bodyOf(order, mainAddressOf(tasks, order)),
    isVoid: (task) => doors.isClosed() || task.stage.kind !== 'ordered' || recalls.holds(task.id),
  });
  const recalls = new Recalls({
    ...{ ...doors, api, clock, timers: pauses, insistence, creating, tombstones, late, removals, nameOf },
  });
  const effects = new Effects({ ...doors, api, persistence, creating, logs, tasks, line });
  const followed = new PodsFollowed({ ...doors, api, log, tasks, removals, tombstones });
  const follower = new Follower<Pod>({ client: api.client, clock, timers, chance }, followed);
  const [refusedStarts, arrivals] = [new RefusedStarts(hosts, clock), new Arrivals(hosts)];
  const made = { tasks, line, waits, judge, late, pauses, secrets, removals, tombstones };
  return { ...given, ...made, creating, recalls, effects, refusedStarts, arrivals, follower };
};
