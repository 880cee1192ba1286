import { CONTROL } from './control.ts';
import { containerd, kubelet } from './node.ts';
import { startPart } from './room.ts';

/** Starts a part by its name: etcd, api, manager, scheduler, kubelet1, containerd1, … */
export const start = (name: string): void => {
  const [, program, digit] = /^(kubelet|containerd)(\d)$/.exec(name) ?? [];
  const node = digit === undefined ? undefined : Number(digit);
  startPart(
    name,
    node,
    node === undefined ? once(name) : (program === 'kubelet' ? kubelet : containerd)(node),
  );
};

const once = (name: string): string[] => {
  const command = CONTROL[name];
  if (command === undefined) throw new Error(`there is no part ${name}`);
  return command();
};
