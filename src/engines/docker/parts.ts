import { NO_FOLDERS } from '../efs.ts';
import type { TaskReport } from '../engine.ts';
import { Line } from '../line.ts';
import type { MemberRules } from '../member-rules.ts';
import type { DaemonApi } from './api.ts';
import type { DaemonEvent } from './api-shapes.ts';
import { ContainerRemovals } from './container-removals.ts';
import { Effects } from './effects.ts';
import { Launcher } from './launch.ts';
import { Launching } from './launching.ts';
import { Networks } from './networks.ts';
import type { Boot } from './outcome.ts';
import { Pulls } from './pulls.ts';
import { RollCall } from './roll-call.ts';
import type { DockerEngineSettings } from './settings.ts';
import { supportFor } from './support.ts';
import type { Task } from './task.ts';
import type { TaskEvent } from './task-events.ts';
import { Tasks } from './tasks.ts';
import { WaitReasons } from './wait-reasons.ts';
import { Watcher } from './watcher.ts';

/** What the parts tell and ask the engine. */
export interface Doors {
  readonly tell: (task: Task, event: TaskEvent) => void;
  readonly report: (report: TaskReport) => void;
  readonly hear: (event: DaemonEvent) => void;
  readonly isClosed: () => boolean;
}

/** What an engine is made of. */
export interface Parts {
  readonly rules: MemberRules;
  readonly tasks: Tasks;
  readonly line: Line;
  readonly waitReasons: WaitReasons;
  readonly pulls: Pulls;
  readonly removals: ContainerRemovals;
  readonly effects: Effects;
  readonly rollCall: RollCall;
  readonly watcher: Watcher;
}

export const partsOf = (settings: DockerEngineSettings, api: DaemonApi, doors: Doors): Parts => {
  const { clock, timers, log, permissions, presence } = settings;
  const [tasks, line, waitReasons] = [new Tasks(), new Line(), new WaitReasons()];
  const rules = supportFor(permissions);
  const boot: Boot = settings.boot ?? { id: clock.bootId, beganAt: clock.wall() - clock.steady() };
  const pulls = pullsOf(settings, api);
  const networks = new Networks(api, settings);
  const hasTasks = (nodes: string) => tasks.hasNodes(nodes);
  const removals = new ContainerRemovals(api, { log, networks, hasTasks });
  const launcher = launcherOf(settings, api, { pulls, networks, rules });
  const launching = new Launching({
    ...doors,
    clock,
    boot,
    launcher,
    tasks,
    removals,
    waitReasons,
    presence,
  });
  const effects = new Effects({ ...doors, settings, api, boot, launching, tasks, line, removals });
  const rollCall = new RollCall(api, { ...doors, log, boot, tasks, removals, presence });
  const watcher = new Watcher({ api, timers, log, presence, hear: doors.hear, sync: () => rollCall.call() });
  return { rules, tasks, line, waitReasons, pulls, removals, effects, rollCall, watcher };
};

const pullsOf = (
  { clock, timers, log, configFolder, pullLimits }: DockerEngineSettings,
  api: DaemonApi,
): Pulls => new Pulls(api, { clock, timers, log, configFolder, ...(pullLimits && { limits: pullLimits }) });

const launcherOf = (
  settings: DockerEngineSettings,
  api: DaemonApi,
  { pulls, networks, rules }: { pulls: Pulls; networks: Networks; rules: MemberRules },
): Launcher => {
  const { clock, timers, dataId, network, permissions, pull, secretsFile, efs = NO_FOLDERS } = settings;
  const { isElsewhere = false } = settings;
  const { mounts } = permissions;
  const bootId = clock.bootId;
  return new Launcher(api, pulls, networks, {
    timers,
    dataId,
    bootId,
    network,
    rules,
    mounts,
    efs,
    pull,
    secretsFile,
    isElsewhere,
  });
};
