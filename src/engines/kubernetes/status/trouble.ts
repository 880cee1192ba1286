import type { PodEvent } from '../objects.ts';

/** What keeps a bound pod from beginning, and no other warning does. */
const TROUBLES: readonly string[] = [
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedCreatePodSandBox',
  'NetworkNotReady',
];

/** It has come through: its image is next. */
const THROUGH: readonly string[] = ['Pulling', 'Pulled', 'Created', 'Started'];

const timeOf = ({ at = 0 }: PodEvent): number => at;

/** Those that speak of a pod without being asked for a node. */
const NOT_SCALERS: readonly string[] = ['default-scheduler', 'kubelet'];

/** The newest word of an autoscaler on a pod that waits for a node (K-149). */
export const scalerWordIn = (events: readonly PodEvent[], podUid: string): string | undefined =>
  events
    .filter((event) => event.podUid === undefined || event.podUid === podUid)
    .filter(({ from }) => from !== undefined && !NOT_SCALERS.includes(from))
    .toSorted((a, b) => timeOf(a) - timeOf(b))
    .at(-1)?.message;

/** The words of the newest of a pod's events that says why it does not begin; events without a time are as new as they stand. Rule K-051. */
export const troubleIn = (events: readonly PodEvent[], podUid: string): string | undefined => {
  const last = events
    .filter((event) => event.podUid === undefined || event.podUid === podUid)
    .filter(({ reason }) => TROUBLES.includes(reason) || THROUGH.includes(reason))
    .toSorted((a, b) => timeOf(a) - timeOf(b))
    .at(-1);
  return last && TROUBLES.includes(last.reason) ? last.message : undefined;
};
