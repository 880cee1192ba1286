import { containerOf, type FakeContainer, type FakeObject } from './objects.ts';

export type { FakeContainer } from './objects.ts';

/** A program that a fake kubelet runs. */
export interface Running {
  /** Its exit code. */
  readonly ended: Promise<number>;
  /** TERM now, KILL after so many milliseconds; a shorter time told later counts. */
  stop(graceMilliseconds: number): void;
  kill(): void;
}

/** What the suite's commands do; a text of a command that there is not: why it cannot start. */
export const programOf = (
  pod: FakeObject,
  print: (text: string) => void,
  container: FakeContainer = containerOf(pod.spec),
): Running | string => {
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const [name = '', , script = ''] = words.map((arg) => arg.replaceAll('$$', '$'));
  const hasInit = pod.spec.shareProcessNamespace === true;
  switch (name) {
    case '':
      return 'no command specified';
    case 'true':
      return ended(0);
    case 'sleep':
      return sleeper(hasInit, Number(words[1]) * 1000);
    case 'sh':
      return shell(script, hasInit, print);
    default:
      return `failed to create containerd task: exec: "${name}": executable file not found in $PATH`;
  }
};

const shell = (script: string, hasInit: boolean, print: (text: string) => void): Running => {
  const exit = /^exit (\d+)$/.exec(script)?.[1];
  if (exit !== undefined) return ended(Number(exit) % 256);
  const said = /^echo (.*)$/.exec(script)?.[1];
  if (said !== undefined) {
    print(said);
    return ended(0);
  }
  const signal = /^exec kill -(\d+) \$+$/.exec(script)?.[1];
  if (signal !== undefined) return ended(128 + Number(signal));
  if (script.startsWith('trap "" TERM')) {
    print('ready');
    return sleeper(false, Number.POSITIVE_INFINITY);
  }
  const counted = /^count (\d+)$/.exec(script)?.[1];
  if (counted !== undefined) {
    for (let i = 1; i <= Number(counted); i++) print(String(i));
    return ended(0);
  }
  return sleeper(hasInit, Number.POSITIVE_INFINITY);
};

const ended = (code: number): Running => ({ ended: Promise.resolve(code), stop: () => {}, kill: () => {} });

/** As process 1 it is not ended by TERM. */
const sleeper = (heedsTerm: boolean, milliseconds: number): Running => {
  let end = (_: number) => {};
  let timer: NodeJS.Timeout | undefined;
  const done = new Promise<number>((resolve) => {
    end = (code) => {
      clearTimeout(timer);
      resolve(code);
    };
  });
  if (Number.isFinite(milliseconds)) timer = setTimeout(() => end(0), milliseconds);
  let killed: NodeJS.Timeout | undefined;
  return {
    ended: done.finally(() => clearTimeout(killed)),
    stop: (grace) => {
      if (heedsTerm && grace > 0) return end(143);
      clearTimeout(killed);
      killed = setTimeout(() => end(137), grace);
    },
    kill: () => end(137),
  };
};
