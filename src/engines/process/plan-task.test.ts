import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerOf, orderOf } from '../../../test/support/orders.ts';
import { NO_FOLDERS } from '../efs.ts';
import { EVERYTHING } from '../mounts.ts';
import { planTask, type TaskHost } from './plan-task.ts';

const HOST: TaskHost = {
  path: '/usr/bin:/bin',
  self: { uid: 1000, gid: 1000 },
  runAs: undefined,
  permissions: EVERYTHING,
  efs: NO_FOLDERS,
  secretsFile: undefined,
  gpus: 0,
  mountWay: undefined,
};

/** What a task with such a command comes to. */
const planned = (command: readonly string[], variables: Readonly<Record<string, string>> = {}) => {
  const environment = Object.entries(variables).map(([name, value]) => ({ name, value }));
  const order = orderOf([], { container: containerOf(command, { environment }) });
  return planTask(order, '/folder', HOST, () => []);
};

for (const [what, command, variables, reason] of [
  [
    'no command',
    [],
    {},
    'the command is empty; an image has an entrypoint of its own only with the Docker engine',
  ],
  ['a NUL in a word', ['echo', 'a\0b'], {}, 'a command and its environment cannot hold a NUL character'],
  ['a NUL in a variable', ['echo'], { A: '\0' }, 'a command and its environment cannot hold a NUL character'],
  [
    'a file to start in',
    ['echo'],
    { LONGSHORE_WORKDIR: '/etc/passwd' },
    'LONGSHORE_WORKDIR /etc/passwd is no folder',
  ],
  ['no such folder', ['echo'], { LONGSHORE_WORKDIR: '/no/such' }, 'LONGSHORE_WORKDIR /no/such is no folder'],
  [
    'no such program',
    ['no-such-program'],
    {},
    'Error response from daemon: exec: "no-such-program": executable file not found in $PATH',
  ],
] as [string, string[], Record<string, string>, string][]) {
  test(`J-182: a task with ${what} cannot start, and says so`, () =>
    assert.deepEqual(planned(command, variables), {
      kind: 'failed',
      reason: `CannotStartContainerError: ${reason}`,
    }));
}

test('a task starts in a folder of its own, or in the one that it names', () => {
  const folderOf = (variables: Record<string, string>) => {
    const task = planned(['sh'], variables);
    return task.kind === 'ready' && task.plan.workDir;
  };
  assert.deepEqual([folderOf({}), folderOf({ LONGSHORE_WORKDIR: '/usr' })], ['/folder/work', '/usr']);
});
