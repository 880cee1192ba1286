import { containerOf, type FakeObject, stampOf } from '../../support/kubernetes/objects.ts';
import type { Time } from '../time.ts';
import type { ClusterApi } from './api.ts';
import type { Story } from './story.ts';
import type { Tale } from './tales.ts';

/** A pod as its kubelet has it. */
interface Local {
  readonly uid: string;
  readonly name: string;
  readonly node: string;
  readonly story: Story;
  readonly tale: Tale;
  state: 'waiting' | 'running' | 'over';
  /** Told when the API is reached again. */
  unsaid: (() => void)[];
  callOff: () => void;
  /** When it is killed at the latest. */
  killedAt: number;
  isTold: boolean;
}

export interface KubeletParts {
  readonly api: ClusterApi;
  readonly time: Time;
  readonly wall: () => number;
  readonly ours: () => readonly FakeObject[];
  readonly storyOf: (taskId: string) => Story;
  readonly taleOf: (uid: string) => Tale;
  readonly begins: (tale: Tale) => void;
}

/** The kubelets of a cluster: one that is silent goes on with what it has, and is not heard. */
export class Kubelets {
  readonly silent = new Set<string>();
  private readonly parts: KubeletParts;
  private readonly locals = new Map<string, Local>();

  constructor(parts: KubeletParts) {
    this.parts = parts;
  }

  /** A pod is bound, or has changed since. */
  look({ metadata, spec, status }: FakeObject): void {
    const node = spec.nodeName as string | undefined;
    const { uid, name } = metadata;
    if (node === undefined || this.silent.has(node)) return;
    let local = this.locals.get(uid);
    if (!local && !isOver(status)) local = this.take(uid, name, node);
    if (metadata.deletionTimestamp === undefined) return;
    if (local) this.terminate(local, (metadata.deletionGracePeriodSeconds ?? 0) * 1000);
    if (isOver(status)) this.letGo(name, uid);
  }

  /** A pod is not in the API any more. */
  gone({ metadata, spec }: FakeObject): void {
    if (!this.silent.has(String(spec.nodeName))) this.kill(metadata.uid);
  }

  /** It is heard again: what it has and the cluster has not, it kills. */
  wake(node: string): void {
    this.silent.delete(node);
    for (const local of [...this.locals.values()].filter((one) => one.node === node)) {
      for (const say of local.unsaid.splice(0)) say();
      if (!this.parts.api.podOf(local.uid)) this.kill(local.uid);
    }
    for (const pod of this.parts.ours()) if (pod.spec.nodeName === node) this.look(pod);
  }

  /** Its machine is no more: nobody speaks for it until another has its name. */
  die(node: string): void {
    this.silent.add(node);
    for (const local of [...this.locals.values()].filter((one) => one.node === node)) {
      if (local.state === 'running') this.endTale(local, 137);
      this.drop(local);
    }
  }

  /** Its machine starts anew: nobody knows any more how what ran ended. */
  restart(node: string): number {
    const running = [...this.locals.values()].filter((one) => one.node === node && one.state === 'running');
    for (const local of running) {
      this.endTale(local, 137);
      local.tale.isUnknown = true;
      const terminated = {
        exitCode: 137,
        reason: 'ContainerStatusUnknown',
        startedAt: null,
        finishedAt: null,
      };
      this.over(local, 'Failed', { terminated });
    }
    return running.length;
  }

  /** What hangs goes on. */
  calm(): void {
    for (const local of this.locals.values()) {
      if (local.state !== 'waiting') continue;
      local.callOff();
      this.later(local, 0, () => this.start(local));
    }
  }

  private take(uid: string, name: string, node: string): Local {
    const tale = this.parts.taleOf(uid);
    const story = this.parts.storyOf(tale.taskId);
    const local: Local = {
      ...{ uid, name, node, story, tale, state: 'waiting', unsaid: [], callOff: () => {} },
      ...{ killedAt: Number.POSITIVE_INFINITY, isTold: false },
    };
    this.locals.set(uid, local);
    this.later(local, story.startsAfter, () => this.admit(local));
    return local;
  }

  private admit(local: Local): void {
    const { refusal } = local.story;
    if (this.isGivenUp(local)) return;
    if (!refusal) {
      this.wait(local, 'ContainerCreating');
      this.later(local, local.story.hangs, () => this.pull(local));
      return;
    }
    local.tale.refusal = refusal.message;
    local.state = 'over';
    this.say(local, (pod) => {
      Object.assign(pod.status, { phase: 'Failed', ...refusal });
      delete pod.status.containerStatuses;
    });
  }

  private pull(local: Local): void {
    const { pull } = local.story;
    if (this.isGivenUp(local)) return;
    if (!pull) {
      this.make(local);
      return;
    }
    this.wait(local, 'ErrImagePull', pull.message);
    if (Number.isFinite(pull.lasts)) this.later(local, pull.lasts, () => this.make(local));
  }

  private make(local: Local): void {
    const { blocked } = local.story;
    if (this.isGivenUp(local)) return;
    if (!blocked) {
      this.start(local);
      return;
    }
    this.wait(local, 'CreateContainerConfigError', blocked.message);
    if (Number.isFinite(blocked.lasts)) this.later(local, blocked.lasts, () => this.start(local));
  }

  private start(local: Local): void {
    const { story, tale } = local;
    const { begins, wall } = this.parts;
    if (this.isGivenUp(local)) return;
    const at = whole(wall());
    if (story.startError !== undefined) {
      tale.trouble = story.startError;
      const terminated = { exitCode: 128, reason: 'StartError', message: story.startError };
      this.over(local, 'Failed', {
        terminated: { ...terminated, startedAt: stampOf(0), finishedAt: stampOf(at) },
      });
      return;
    }
    local.state = 'running';
    tale.startedAt = at;
    begins(tale);
    this.say(local, (pod) => {
      Object.assign(pod.status, { phase: 'Running', podIP: '10.0.0.9' });
      pod.status.containerStatuses = statuses(pod, { running: { startedAt: stampOf(at) } });
    });
    if (story.runsFor !== undefined)
      this.later(local, story.runsFor, () => this.end(local, story.exitCode, true));
    // it was deleted before
    const pod = this.parts.api.podOf(local.uid);
    if (pod) this.look(pod);
  }

  private wait(local: Local, reason: string, message?: string): void {
    local.tale.trouble = message;
    this.say(local, (pod) => {
      pod.status.containerStatuses = statuses(pod, { waiting: { reason, ...(message && { message }) } });
    });
  }

  /** One that was deleted meanwhile begins no more, as a rule. */
  private isGivenUp(local: Local): boolean {
    if (local.state !== 'waiting') return true;
    if (this.silent.has(local.node)) return false;
    const pod = this.parts.api.podOf(local.uid);
    if (!pod) {
      this.drop(local);
      return true;
    }
    if (pod.metadata.deletionTimestamp === undefined || local.story.startsDeleted) return false;
    this.giveUp(local);
    return true;
  }

  private giveUp(local: Local): void {
    this.over(local, 'Failed', { waiting: { reason: 'ContainerCreating' } });
  }

  private end(local: Local, exitCode: number, byItself: boolean): void {
    if (local.state !== 'running') return;
    const { story, tale } = local;
    const reason = exitCode === 0 ? 'Completed' : byItself && story.isOutOfMemory ? 'OOMKilled' : 'Error';
    this.endTale(local, exitCode, reason);
    const { finishedAt } = tale.end!;
    tale.lines.push({ message: `exit ${exitCode}`, time: finishedAt });
    const times = { startedAt: stampOf(tale.startedAt!), finishedAt: stampOf(finishedAt) };
    this.over(local, exitCode === 0 ? 'Succeeded' : 'Failed', { terminated: { exitCode, reason, ...times } });
  }

  private endTale({ tale }: Local, exitCode: number, reason = 'Error'): void {
    const finishedAt = Math.max(tale.startedAt!, whole(this.parts.wall()));
    tale.end = { exitCode, finishedAt, reason, isTold: false };
  }

  private over(local: Local, phase: string, state: object): void {
    local.callOff();
    local.state = 'over';
    this.say(local, (pod) => {
      if (local.tale.end) local.tale.end.isTold = true;
      pod.status.phase = phase;
      pod.status.containerStatuses = statuses(pod, state);
    });
  }

  /** TERM now, KILL at the end of the grace; a shorter one told later counts. */
  private terminate(local: Local, grace: number): void {
    const { time } = this.parts;
    const at = time.now + grace;
    if (local.state !== 'running') {
      // a pull that hangs is not broken off
      if (local.state === 'waiting' && local.tale.trouble !== undefined) this.giveUp(local);
      return;
    }
    if (at >= local.killedAt) return;
    const isFirst = local.killedAt === Number.POSITIVE_INFINITY;
    local.killedAt = at;
    time.beside(grace, () => this.end(local, 137, false));
    if (isFirst && grace > 0 && !local.story.ignoresTerm) this.end(local, local.story.termCode, false);
  }

  private kill(uid: string): void {
    const local = this.locals.get(uid);
    if (!local) return;
    if (local.state === 'running') this.endTale(local, 137);
    this.drop(local);
  }

  private drop(local: Local): void {
    local.callOff();
    local.state = 'over';
    this.locals.delete(local.uid);
  }

  private say(local: Local, change: (pod: FakeObject) => void): void {
    const say = () => {
      const pod = this.parts.api.podOf(local.uid);
      if (!pod || isOver(pod.status)) return;
      this.parts.api.pods.change(local.name, change);
      if (isOver(pod.status)) this.letGo(local.name, local.uid);
    };
    if (this.silent.has(local.node)) local.unsaid.push(say);
    else say();
  }

  /** A kubelet lets a deleted pod go whose end it has told. */
  private letGo(name: string, uid: string): void {
    const { pods } = this.parts.api;
    const pod = pods.find(name);
    if (pod?.metadata.uid !== uid || pod.metadata.deletionTimestamp === undefined) return;
    if (pod.metadata.deletionGracePeriodSeconds !== 0) pods.delete(name, { gracePeriodSeconds: 0 });
  }

  private later(local: Local, milliseconds: number, act: () => void): void {
    local.callOff();
    local.callOff = this.parts.time.beside(milliseconds, act);
  }
}

const whole = (wall: number): number => Math.floor(wall / 1000) * 1000;

const isOver = ({ phase }: FakeObject['status']): boolean => phase === 'Succeeded' || phase === 'Failed';

const statuses = ({ spec }: FakeObject, state: object): unknown => [
  { name: containerOf(spec).name, image: imageOf(spec), state },
];

const imageOf = (spec: FakeObject['spec']): string => (spec.containers as { image: string }[])[0]!.image;
