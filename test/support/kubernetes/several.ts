import { type FakeObject, stampOf } from './objects.ts';
import { type FakeContainer, programOf, type Running } from './programs.ts';

/** What a kubelet does for a pod of several containers. */
export interface Doors {
  readonly print: (container: string, text: string) => void;
  /** A container prints no more. */
  readonly printed: (container: string) => void;
  readonly change: (act: (status: FakeObject['status']) => void) => void;
}

export const isSeveral = ({ spec }: FakeObject): boolean =>
  listOf(spec.containers).length > 1 || listOf(spec.initContainers).length > 0;

const listOf = (value: unknown): FakeContainer[] => (value as FakeContainer[] | undefined) ?? [];

interface Status {
  readonly name: string;
  readonly image: string;
  readonly containerID: string;
  state: object;
}

/** Init containers one after the other, then all others at once; the pod is over when all have ended, and well when all did so. */
export const runSeveral = (pod: FakeObject, doors: Doors): Running => {
  const [containers, inits] = [listOf(pod.spec.containers), listOf(pod.spec.initContainers)];
  const [statuses, initStatuses] = [containers.map(waiting), inits.map(waiting)];
  const running = new Set<Running>();
  const tell = (phase: string) =>
    doors.change((status) => {
      status.phase = phase;
      status.podIP = '10.0.0.9';
      status.containerStatuses = structuredClone(statuses);
      if (initStatuses.length > 0) status.initContainerStatuses = structuredClone(initStatuses);
    });
  const run = async (container: FakeContainer, status: Status, phase: string): Promise<number> => {
    const began = stampOf(Date.now());
    const program = programOf(pod, (text) => doors.print(container.name, text), container);
    if (typeof program === 'string') throw new Error(`a suite's command is missing: ${program}`);
    running.add(program);
    status.state = { running: { startedAt: began } };
    tell(phase);
    const exitCode = await program.ended;
    running.delete(program);
    doors.printed(container.name);
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const times = { startedAt: began, finishedAt: stampOf(Date.now()) };
    status.state = { terminated: { exitCode, reason, ...times } };
    return exitCode;
  };
  const all = async (): Promise<number> => {
    for (const [at, container] of inits.entries()) {
      const code = await run(container, initStatuses[at]!, 'Pending');
      tell(code === 0 ? 'Pending' : 'Failed');
      if (code !== 0) return code;
    }
    const ends = containers.map(async (container, at) => {
      const code = await run(container, statuses[at]!, 'Running');
      if (running.size > 0) tell('Running');
      return code;
    });
    const failed = (await Promise.all(ends)).find((code) => code !== 0) ?? 0;
    tell(failed === 0 ? 'Succeeded' : 'Failed');
    return failed;
  };
  return {
    ended: all(),
    stop: (grace) => {
      for (const program of running) program.stop(grace);
    },
    kill: () => {
      for (const program of running) program.kill();
    },
  };
};

const waiting = ({ name, image = '' }: FakeContainer): Status => ({
  name,
  image,
  containerID: `fake://${name}`,
  state: { waiting: { reason: 'PodInitializing' } },
});
