import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../../../../test/support/docker-imagined.ts';
import { container, podWith, running, terminated, waiting } from '../../../../test/support/pods.ts';
import type { TaskLogs } from '../given.ts';
import type { Pod } from '../objects.ts';
import { ContainersLogs } from './containers-logs.ts';

const TASK = 'ab'.repeat(16);

/** What is asked of the logs, by word, id and container. */
const recorded = (isSilent = () => false) => {
  const asked: string[] = [];
  const time = new VirtualTime();
  const note = (word: string) => (id: string, pod?: Pod) => {
    asked.push(`${word} ${id.replace(TASK, 'T')} ${pod?.logOf ?? '-'}`);
  };
  const inner: TaskLogs = {
    follow: note('follow'),
    catchUp: async (id, pod) => note('catch up')(id, pod),
    finish: async (id, pod) => note('finish')(id, pod),
    drop: async (id) => note('drop')(id),
    write: (id) => note('write')(id),
    close: async () => {},
  };
  return { asked, inner, time, logs: new ContainersLogs(inner, time, isSilent) };
};

const ours = (more: Partial<Pod>): Pod =>
  podWith(undefined, {
    annotations: { 'longshore.dev/containers': 'a,b', 'longshore.dev/init-containers': 'i' },
    ...more,
  });

const [A, B] = [terminated(0), terminated(1)];
const initContainers = [container(terminated(0), 'i')];
const running_ = ours({ containers: [container(running(), 'a'), container(waiting(), 'b')], initContainers });
const half = ours({ containers: [container(A, 'a'), container(running(), 'b')], initContainers });
const ended = ours({ containers: [container(A, 'a'), container(B, 'b')], initContainers });

test('T-380: a container that runs is followed, and read to its end once it has ended, each into a log of its own', async () => {
  const { asked, logs } = recorded();
  const initRuns = { initContainers: [container(running(), 'i')] };
  logs.follow(
    TASK,
    ours({ containers: [container(waiting(), 'a'), container(waiting(), 'b')], ...initRuns }),
  );
  assert.deepEqual(asked.splice(0), ['follow 02T i']);
  logs.follow(TASK, running_);
  assert.deepEqual(asked.splice(0), ['follow T a', 'finish 02T i']);
  logs.follow(TASK, half);
  assert.deepEqual(asked.splice(0), ['finish T a', 'follow 01T b']);
  logs.follow(TASK, half);
  assert.deepEqual(asked.splice(0), ['follow 01T b']);
  await logs.finish(TASK, ended);
  assert.deepEqual(asked, ['finish 01T b']);
});

test('T-380: the end waits for a log that is being read', async () => {
  let isRead = () => {};
  const reading = new Promise<void>((done) => (isRead = done));
  const { inner, time } = recorded();
  const logs = new ContainersLogs({ ...inner, finish: () => reading }, time, () => false);
  logs.follow(TASK, half);
  let isOver = false;
  const finished = logs.finish(TASK, ended).then(() => (isOver = true));
  await new Promise(setImmediate);
  assert.equal(isOver, false);
  isRead();
  await finished;
});

test('T-380: what a node that is silent has is read at the pod’s end alone', async () => {
  const { asked, logs } = recorded(() => true);
  logs.follow(TASK, half);
  assert.deepEqual(asked.splice(0), ['follow 01T b']);
  await logs.finish(TASK, ended);
  assert.deepEqual(asked, ['finish T a', 'finish 01T b', 'finish 02T i']);
});

test('T-380: before a pod is taken away what runs is read as far as it is, and what has ended to its end', async () => {
  const { asked, logs } = recorded();
  logs.follow(TASK, running_);
  asked.length = 0;
  await logs.catchUp(TASK, half);
  assert.deepEqual(asked, ['finish T a', 'catch up 01T b']);
});

test('T-380: a pod that is to be taken away does not wait long for a log that is not to be had', async () => {
  const { inner, time } = recorded();
  const logs = new ContainersLogs({ ...inner, catchUp: () => new Promise(() => {}) }, time, () => false);
  let isCaughtUp = false;
  void logs.catchUp(TASK, half).then(() => (isCaughtUp = true));
  await time.pass(4900);
  assert.equal(isCaughtUp, false);
  await time.pass(200);
  assert.equal(isCaughtUp, true);
});

test('T-380: a log’s place is that of its container in what the job said, whichever containers the cluster tells of', async () => {
  const { asked, logs } = recorded();
  const annotations = { 'longshore.dev/containers': 'a,b', 'longshore.dev/init-containers': 'i,j' };
  const initContainers = [container(terminated(0), 'j')];
  await logs.finish(TASK, ours({ annotations, containers: [container(terminated(1), 'b')], initContainers }));
  assert.deepEqual(asked, ['finish 01T b', 'finish 03T j']);
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
