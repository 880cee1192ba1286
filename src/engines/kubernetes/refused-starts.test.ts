import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../test/support/fakes.ts';
import { orderOf } from '../../../test/support/orders.ts';
import type { Hosts } from './given.ts';
import { podOf } from './parse.ts';
import { RefusedStarts } from './refused-starts.ts';
import type { Standing } from './status/facts.ts';
import { newTask } from './tasks.ts';

const open = () => {
  const closed: string[] = [];
  const hosts = {
    closeFor: (name: string) => void closed.push(name),
    nameOf: (id: string) => `name of ${id}`,
  };
  return { closed, starts: new RefusedStarts(hosts as unknown as Hosts, new FakeClock()) };
};

const pod = (spec: object, attempt = '1') =>
  podOf({
    metadata: { name: 'p', uid: 'u', labels: { 'longshore.dev/job': 'j', 'longshore.dev/attempt': attempt } },
    spec,
    status: { phase: 'Failed' },
  })!;

const task = () => newTask('t', orderOf(['true'], { host: 'h1' }), { kind: 'ordered', isSent: true });
const unstarted = { taskId: 't', kind: 'unstarted', reason: 'OutOfcpu' } as const;
const TURNED_AWAY: Standing = { kind: 'over', report: unstarted };
const onNode = pod({ nodeName: 'n1' });

const kindOf = (standing: Standing) => (standing.kind === 'over' ? standing.report.kind : standing.kind);

test('K-043: a node that turns a pod away is avoided, and the task waits again', () => {
  const { starts, closed } = open();
  assert.equal(kindOf(starts.note(task(), onNode, TURNED_AWAY)), 'unstarted');
  assert.deepEqual(closed, ['n1']);
});

test('K-044: the third time in a row an attempt fails with the node’s words', () => {
  const { starts } = open();
  const kinds = [1, 2, 3, 4].map(() => kindOf(starts.note(task(), onNode, TURNED_AWAY)));
  assert.deepEqual(kinds, ['unstarted', 'unstarted', 'failed', 'unstarted']);
});

test('K-044: another attempt, and one that ran meanwhile, is counted anew', () => {
  const { starts } = open();
  const note = (attempt: string, standing: Standing) =>
    kindOf(starts.note(task(), pod({ nodeName: 'n1' }, attempt), standing));
  note('1', TURNED_AWAY);
  note('1', TURNED_AWAY);
  assert.equal(note('2', TURNED_AWAY), 'unstarted');
  note('1', { kind: 'running', startedAt: 1 });
  assert.equal(note('1', TURNED_AWAY), 'unstarted');
});

test('K-044: one that ended meanwhile is counted anew, also where nobody saw it run', () => {
  const { starts } = open();
  const note = (standing: Standing) => kindOf(starts.note(task(), onNode, standing));
  note(TURNED_AWAY);
  note(TURNED_AWAY);
  const exited = { taskId: 't', kind: 'exited', exitCode: 0, startedAt: 1, stoppedAt: 2 } as const;
  note({ kind: 'over', report: exited });
  assert.equal(note(TURNED_AWAY), 'unstarted');
});

test('K-044: of attempts that are never placed again the oldest are forgotten', () => {
  const { starts } = open();
  const note = (attempt: string) =>
    kindOf(starts.note(task(), pod({ nodeName: 'n1' }, attempt), TURNED_AWAY));
  for (const attempt of ['old', 'old', 'new']) note(attempt);
  for (let n = 0; n < 10_000; n++) {
    note(`${n}`);
    if (n === 9000) note('new');
  }
  assert.deepEqual([note('old'), note('new')], ['unstarted', 'failed']);
});

test('K-140: the node that a pod was pinned to and finds no room on is avoided', () => {
  const { starts, closed } = open();
  starts.note(task(), pod({}), { kind: 'doomed', report: unstarted });
  assert.deepEqual(closed, ['name of h1']);
});

test('what somebody deleted before it was bound is no node’s fault', () => {
  const { starts, closed } = open();
  starts.note(task(), pod({}), TURNED_AWAY);
  assert.deepEqual(closed, []);
});
