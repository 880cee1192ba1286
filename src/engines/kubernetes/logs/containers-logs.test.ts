import assert from 'node:assert/strict';
import { test } from 'node:test';
import { container, podWith, running, terminated, waiting } from '../../../../test/support/pods.ts';
import type { TaskLogs } from '../given.ts';
import type { Pod } from '../objects.ts';
import { ContainersLogs } from './containers-logs.ts';

const TASK = 'ab'.repeat(16);

/** What is asked of the logs, by word, id and container. */
const recorded = () => {
  const asked: string[] = [];
  const note = (word: string) => (id: string, pod?: Pod) => {
    asked.push(`${word} ${id.replace(TASK, 'T')} ${pod?.logOf ?? '-'}`);
  };
  const inner: TaskLogs = {
    follow: note('follow'),
    finish: async (id, pod) => note('finish')(id, pod),
    drop: async (id) => note('drop')(id),
    write: (id) => note('write')(id),
    close: async () => {},
  };
  return { asked, logs: new ContainersLogs(inner) };
};

const ours = (more: Partial<Pod>): Pod =>
  podWith(undefined, {
    annotations: { 'longshore.dev/containers': 'a,b', 'longshore.dev/init-containers': 'i' },
    ...more,
  });

test('T-380: containers that run are followed, and at the end all that ran are read, each into a log of its own', async () => {
  const { asked, logs } = recorded();
  const initContainers = [container(terminated(0), 'i')];
  logs.follow(
    TASK,
    ours({ containers: [container(running(), 'a'), container(waiting(), 'b')], initContainers }),
  );
  assert.deepEqual(asked.splice(0), ['follow T a']);
  const ended = [container(terminated(0), 'a'), container(terminated(1), 'b')];
  await logs.finish(TASK, ours({ containers: ended, initContainers }));
  assert.deepEqual(asked, ['finish T a', 'finish 01T b', 'finish 02T i']);
});

test('T-380: of a pod whose init container failed that one’s log is read alone', async () => {
  const { asked, logs } = recorded();
  const never = [container(waiting(), 'a'), container(waiting(), 'b')];
  await logs.finish(TASK, ours({ containers: never, initContainers: [container(terminated(1), 'i')] }));
  assert.deepEqual(asked, ['finish 02T i']);
});

test('a pod that vanished is dropped with all that was read of it; one of one container is as it was', async () => {
  const { asked, logs } = recorded();
  logs.follow(TASK, ours({ containers: [container(running(), 'a'), container(running(), 'b')] }));
  await logs.drop(TASK);
  await logs.drop(TASK);
  assert.deepEqual(asked.splice(0), ['follow T a', 'follow 01T b', 'drop T -', 'drop 01T -', 'drop T -']);
  logs.follow(TASK, podWith(running()));
  await logs.finish(TASK, podWith(terminated(0)));
  logs.write(TASK, 'x');
  assert.deepEqual(asked, ['follow T -', 'finish T -', 'write T -']);
});
