import { containerOf, type FakeObject, stampOf } from './objects.ts';
import { programOf, type Running } from './programs.ts';
import type { FakeApi, FakeLog } from './server.ts';
import { isSeveral, runSeveral } from './several.ts';

/** Milliseconds until a pod is bound, and from then until it runs. */
export interface Pace {
  bind: number;
  start: number;
}

/**
 * The scheduler and the kubelets of a cluster: binds pods to the node that they are pinned to, runs what the suite's commands
 * would do, and writes what a kubelet writes.
 */
export class FakeKubelets {
  readonly pace: Pace = { bind: 2, start: 2 };
  /** Nodes whose kubelet says and does nothing. */
  readonly silent = new Set<string>();
  /** How often the program of each pod was started, by name. */
  readonly starts = new Map<string, number>();
  private readonly api: FakeApi;
  private readonly running = new Map<string, Running>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly stopListening: () => void;

  constructor(api: FakeApi) {
    this.api = api;
    this.stopListening = api.history.listen(({ type, object }) => {
      if (object.kind === 'Node' && type === 'ADDED') this.lookAtUnbound();
      if (object.kind !== 'Pod') return;
      if (type === 'DELETED') this.running.get(object.metadata.uid)?.kill();
      else this.look(object.metadata.name, object.metadata.uid);
    });
  }

  close(): void {
    this.stopListening();
    for (const timer of this.timers) clearTimeout(timer);
    for (const program of this.running.values()) program.kill();
  }

  /** A kubelet that was silent is heard again: it kills what it has and the cluster has not. */
  wake(node: string): void {
    this.silent.delete(node);
    for (const [uid, program] of this.running) {
      const pod = this.api.pods.all().find(({ metadata }) => metadata.uid === uid);
      if (!pod) program.kill();
    }
    for (const { metadata } of this.api.pods.all()) this.look(metadata.name, metadata.uid);
  }

  private later(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, milliseconds);
    this.timers.add(timer);
  }

  private look(name: string, uid: string): void {
    const pod = this.find(name, uid);
    if (!pod || isOver(pod)) return;
    const { nodeName } = pod.spec;
    if (nodeName === undefined) {
      if (!isGated(pod) && pod.metadata.deletionTimestamp === undefined)
        this.later(this.pace.bind, () => this.bind(name, uid));
    } else if (!this.silent.has(String(nodeName))) {
      if (pod.metadata.deletionTimestamp !== undefined) this.terminate(pod);
      else if (!this.running.has(uid)) this.later(this.pace.start, () => this.start(name, uid));
    }
  }

  /** Those that no node took another may that comes. */
  private lookAtUnbound(): void {
    for (const { metadata, spec, status } of this.api.pods.all())
      if (spec.nodeName === undefined && status.conditions !== undefined)
        this.look(metadata.name, metadata.uid);
  }

  private bind(name: string, uid: string): void {
    const pod = this.find(name, uid);
    if (!pod || pod.spec.nodeName !== undefined || pod.metadata.deletionTimestamp !== undefined) return;
    const node = this.api.nodes.all().find((one) => isFor(pod, one));
    if (node) this.api.pods.change(name, ({ spec }) => (spec.nodeName = node.metadata.name));
    else if (!hasCondition(pod, 'PodScheduled')) {
      const message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
      const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
      this.api.pods.change(name, ({ status }) => (status.conditions = [condition]));
    }
  }

  private start(name: string, uid: string): void {
    const pod = this.find(name, uid);
    if (!pod || this.running.has(uid) || isOver(pod) || this.silent.has(String(pod.spec.nodeName))) return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.terminate(pod);
      return;
    }
    if (isSeveral(pod)) {
      this.startSeveral(pod);
      return;
    }
    const log: FakeLog = { lines: [], isOver: false, listeners: new Set() };
    this.starts.set(name, (this.starts.get(name) ?? 0) + 1);
    const program = programOf(pod, (text) => print(log, text));
    const began = Date.now();
    if (typeof program === 'string') {
      this.end(name, uid, { exitCode: 128, reason: 'StartError', message: program }, 0);
      return;
    }
    this.api.logs.set(uid, log);
    this.running.set(uid, program);
    this.api.pods.change(name, ({ status, spec }) => {
      status.phase = 'Running';
      status.podIP = '10.0.0.9';
      status.containerStatuses = [
        {
          name: containerOf(spec).name,
          containerID: `fake://${uid}`,
          state: { running: { startedAt: stampOf(began) } },
        },
      ];
    });
    void program.ended.then((exitCode) => {
      finish(log);
      this.running.delete(uid);
      if (!this.silent.has(String(pod.spec.nodeName)))
        this.end(name, uid, { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' }, began);
    });
  }

  private startSeveral(pod: FakeObject): void {
    const { name, uid } = pod.metadata;
    this.starts.set(name, (this.starts.get(name) ?? 0) + 1);
    const logOf = (container: string): FakeLog => {
      const known = this.api.logs.get(`${uid}/${container}`);
      const log = known ?? { lines: [], isOver: false, listeners: new Set() };
      this.api.logs.set(`${uid}/${container}`, log);
      return log;
    };
    const program = runSeveral(pod, {
      print: (container, text) => print(logOf(container), text),
      printed: (container) => finish(logOf(container)),
      change: (act) => {
        if (this.find(name, uid)) this.api.pods.change(name, ({ status }) => act(status));
      },
    });
    this.running.set(uid, program);
    void program.ended.then(() => {
      this.running.delete(uid);
      this.letGo(name, uid);
    });
  }

  private end(
    name: string,
    uid: string,
    terminated: { exitCode: number; reason: string; message?: string },
    began: number,
  ): void {
    const pod = this.find(name, uid);
    if (!pod) return;
    this.api.pods.change(name, ({ status, spec }) => {
      const times = { startedAt: stampOf(began), finishedAt: stampOf(Date.now()) };
      status.phase = terminated.exitCode === 0 ? 'Succeeded' : 'Failed';
      status.containerStatuses = [
        {
          name: containerOf(spec).name,
          containerID: `fake://${uid}`,
          state: { terminated: { ...terminated, ...times } },
        },
      ];
    });
    this.letGo(name, uid);
  }

  /** A kubelet deletes a pod whose end it has told. */
  private letGo(name: string, uid: string): void {
    const pod = this.find(name, uid);
    if (pod?.metadata.deletionTimestamp === undefined) return;
    this.api.pods.delete(name, { gracePeriodSeconds: 0 });
  }

  private terminate(pod: FakeObject): void {
    const { uid, name, deletionGracePeriodSeconds: grace = 0 } = pod.metadata;
    const program = this.running.get(uid);
    if (program) program.stop(grace * 1000);
    else {
      this.api.pods.change(name, ({ status }) => (status.phase = 'Failed'));
      this.letGo(name, uid);
    }
  }

  private find(name: string, uid: string): FakeObject | undefined {
    const pod = this.api.pods.find(name);
    return pod?.metadata.uid === uid ? pod : undefined;
  }
}

const isOver = ({ status }: FakeObject): boolean => status.phase === 'Succeeded' || status.phase === 'Failed';

const isGated = ({ spec }: FakeObject): boolean =>
  ((spec.schedulingGates as unknown[] | undefined) ?? []).length > 0;

const hasCondition = ({ status }: FakeObject, type: string): boolean =>
  ((status.conditions as { type: string }[] | undefined) ?? []).some((one) => one.type === type);

/** By the pin to a node's name, if it has one; a cordoned node takes none. */
const isFor = ({ spec }: FakeObject, node: FakeObject): boolean => {
  const affinity = JSON.stringify(spec.affinity ?? {});
  const pinned = /"metadata.name","operator":"In","values":\["([^"]+)"\]/.exec(affinity)?.[1];
  const selector = Object.entries((spec.nodeSelector ?? {}) as Record<string, string>);
  const labels = (node.metadata.labels ?? {}) as Record<string, string>;
  return (
    node.spec.unschedulable !== true &&
    (pinned === undefined || pinned === node.metadata.name) &&
    selector.every(([key, value]) => labels[key] === value)
  );
};

const finish = (log: FakeLog): void => {
  log.isOver = true;
  for (const listener of log.listeners) listener();
};

let stamps = 0;

const print = (log: FakeLog, text: string): void => {
  const nanoseconds = (++stamps % 1_000_000).toString().padStart(6, '0');
  const stamp = new Date().toISOString().replace('Z', `${nanoseconds}Z`);
  log.lines.push({ stamp, text });
  for (const listener of log.listeners) listener();
};
