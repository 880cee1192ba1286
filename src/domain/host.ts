import type { Resources } from './container.ts';

/** Where tasks run: the machine, or one of several (docs/decisions/hosts.md). */
export interface HostView {
  readonly id: string;
  readonly name: string;
  /** All of it that tasks may have. */
  readonly size: Resources;
  /** What others, who are none of ours, have of it. */
  readonly foreign: Resources;
  /** How many tasks of ours it takes at once. */
  readonly slots: number;
  /** A task may ask for more vCPUs than there are, and has all of them then that others leave. */
  readonly cpuIsWeight: boolean;
  /** It takes tasks; one that does not goes on with those it has. */
  readonly open: boolean;
  /** Why it does not take any, in few words, where that is known. */
  readonly why?: string;
  /** An `UNMANAGED` environment has its instance there also without a task. */
  readonly standing: boolean;
  /** Its tasks reach none on other hosts by a network of ours: the nodes of a multi-node job are all on it, or none is. */
  readonly isApart?: true;
  /** Somebody has it take no more tasks; it goes on with those it has, and is heard. */
  readonly isDraining?: true;
  /** It takes no more for a while, since one could not begin there, or others go first: that is nothing to those it has. */
  readonly isAvoided?: true;
  /** Of its machine, where that is known: an instance type, and the zone that it is in. */
  readonly type?: string;
  readonly zone?: string;
  /** Its capacity may be taken away at any time, for it is cheap. */
  readonly isSpot?: true;
  /** Its like can be had: which hosts that are yet to come are as it is. */
  readonly group?: string;
  /** It is yet to come, once a task is placed on it: whoever is placed there goes to whichever host of its group has room. */
  readonly isToCome?: true;
  /** It was never met: its size is not known. */
  readonly isUnmet?: true;
  /** It was silent for too long, and what ran there is told lost: instances there are over. */
  readonly isLost?: true;
}

/** The id of the machine itself. */
export const MACHINE = 'machine';

export const machineOf = (size: Resources): HostView => ({
  id: MACHINE,
  name: 'the machine',
  size,
  foreign: { milliVcpus: 0, memoryMiB: 0, gpus: 0 },
  slots: Number.POSITIVE_INFINITY,
  cpuIsWeight: true,
  open: true,
  standing: true,
});

/** Those that are there. */
export const hostsThere = (hosts: readonly HostView[]): readonly HostView[] =>
  hosts.some(({ isToCome }) => isToCome) ? hosts.filter(({ isToCome }) => !isToCome) : hosts;

/** What something takes of a host: where CPU is a weight no more vCPUs than others leave of it, if they leave any. */
export const takes = (
  asks: Resources,
  { size, foreign, cpuIsWeight }: Pick<HostView, 'size' | 'foreign' | 'cpuIsWeight'>,
): Resources => {
  const left = size.milliVcpus - foreign.milliVcpus;
  return cpuIsWeight && left > 0 && asks.milliVcpus > left ? { ...asks, milliVcpus: left } : asks;
};

/** A host with what nothing holds of it. */
export interface HostFree {
  readonly host: HostView;
  readonly free: Resources;
}

/** Of all of them together. */
export const sizeOfAll = (hosts: readonly HostView[]): Resources => sumOf(hosts.map(({ size }) => size));

export const sumOf = (amounts: readonly Resources[]): Resources => ({
  milliVcpus: amounts.reduce((sum, { milliVcpus }) => sum + milliVcpus, 0),
  memoryMiB: amounts.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
  gpus: amounts.reduce((sum, { gpus }) => sum + gpus, 0),
});
