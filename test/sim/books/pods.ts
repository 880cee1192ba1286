import type { Wire } from './model.ts';

/* What a cluster's pods did, and what may be told of their tasks: by the reference, not by the service's own table. */

/** What really became of one pod. Times are the cluster's own, in whole seconds. */
export interface PodSeen {
  readonly startedAt: number | undefined;
  readonly end:
    | {
        readonly exitCode: number;
        readonly finishedAt: number;
        readonly reason?: string;
        readonly isTold: boolean;
      }
    | undefined;
  /** Its kubelet lost all of it, and said so. */
  readonly isUnknown: boolean;
  /** Its kubelet turned it away, for this. */
  readonly refusal: string | undefined;
  /** What kept it from beginning. */
  readonly trouble: string | undefined;
  /** The cluster took it away. */
  readonly disruption: string | undefined;
  /** When somebody else deleted it. */
  readonly deletedByOthersAt: number | undefined;
  /** Torn out with all that held it: nobody can know. */
  readonly isTornOut: boolean;
}

/** A task of a cluster. */
export interface TaskOfPods {
  /** Of its name, but for mere names. */
  readonly pods: readonly PodSeen[];
  /** Somebody asked for its stop, or for its order back. */
  readonly isAsked: boolean;
}

/** What speaks against a report; undefined when nothing does. */
export const wrongReport = ({ pods, isAsked }: TaskOfPods, report: Wire): string | undefined => {
  if (pods.some(({ isTornOut }) => isTornOut)) return undefined;
  const pod = pods.find(({ startedAt }) => startedAt !== undefined) ?? pods.at(-1);
  switch (report.kind) {
    case 'waiting':
      return undefined;
    case 'running':
      return pod?.startedAt === report.startedAt ? undefined : 'it did not begin then';
    case 'exited':
      return wrongExit(pod, isAsked, report);
    case 'lost':
      return wrongLoss(pod, report);
    case 'unstarted':
      return pod?.startedAt === undefined ? undefined : 'it began';
    default:
      return wrongFailure(pod, isAsked, report);
  }
};

const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

const wrongExit = (pod: PodSeen | undefined, isAsked: boolean, report: Wire): string | undefined => {
  const { end, startedAt, disruption, deletedByOthersAt, isUnknown } = pod ?? {};
  if (!end || isUnknown) return 'it did not end so that anybody knows how';
  if (end.exitCode !== report.exitCode) return `it ended with ${end.exitCode}`;
  if (startedAt !== report.startedAt || end.finishedAt !== report.stoppedAt)
    return `it ran from ${startedAt} to ${end.finishedAt}`;
  const reason = end.reason === 'OOMKilled' ? OUT_OF_MEMORY : undefined;
  if (reason !== report.reason) return `its reason is ${reason}`;
  if (end.exitCode === 0) return undefined;
  if (disruption !== undefined) return `the cluster took it away: ${disruption}`;
  return deletedByOthersAt !== undefined && end.finishedAt > deletedByOthersAt && !isAsked
    ? 'somebody had deleted it'
    : undefined;
};

const wrongLoss = (pod: PodSeen | undefined, { startedAt }: Wire): string | undefined => {
  if (!pod) return 'it never had a pod';
  const { end, disruption, deletedByOthersAt, isUnknown } = pod;
  if (startedAt !== undefined && startedAt !== pod.startedAt) return `it began at ${pod.startedAt}`;
  if (isUnknown) return undefined;
  if (end?.isTold && end.exitCode === 0) return 'it ended with 0, and that was told';
  if (disruption !== undefined) return undefined;
  const isDeleted =
    deletedByOthersAt !== undefined && (end?.finishedAt ?? Number.POSITIVE_INFINITY) >= deletedByOthersAt;
  return isDeleted ? undefined : 'nobody took it away';
};

const STOPPED = 'stopped before it began';

const wrongFailure = (
  pod: PodSeen | undefined,
  isAsked: boolean,
  { reason, exitCode }: Wire,
): string | undefined => {
  if (pod?.startedAt !== undefined && !(pod.isUnknown && isAsked)) return 'it began';
  if (reason === STOPPED) return isAsked ? undefined : 'nobody asked for its stop';
  if (!pod)
    return /^(CannotCreateContainerError|ResourceInitializationError): /.test(reason)
      ? undefined
      : 'it had no pod';
  const why = pod.refusal ?? pod.trouble;
  if (why === undefined || !reason.includes(why.slice(-20))) return `what kept it was ${why}`;
  const code = /no such file/.test(why) ? 127 : /permission denied/.test(why) ? 126 : undefined;
  return exitCode === code ? undefined : `its code is ${code}`;
};

/** What speaks against a pod as it was asked for; undefined when nothing does. `pin`: the node that it is bound to, `name` that of its host. */
export const wrongPod = (
  order: Wire,
  pod: Wire,
  pin: string | undefined,
  name: string | undefined,
): string | undefined => {
  const [container] = pod.spec.containers;
  const doubled = order.container.command.map((word: string) => word.replaceAll('$', '$$$$'));
  const asks = (type: string) =>
    order.container.resourceRequirements.find((one: Wire) => one.type === type)?.value;
  const cpu = `${Math.round(Number(asks('VCPU') ?? order.container.vcpus) * 1000)}m`;
  const memory = `${asks('MEMORY') ?? order.container.memory}Mi`;
  const { requests } = container.resources;
  const said = [container.image, container.args ?? [], requests.cpu, requests.memory, pin];
  const kept = [order.container.image, doubled, cpu, memory, name];
  return JSON.stringify(said) === JSON.stringify(kept)
    ? undefined
    : `${JSON.stringify(said)}, asked ${JSON.stringify(kept)}`;
};
