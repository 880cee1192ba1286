import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podWith, waiting } from '../../../../test/support/pods.ts';
import { summary, told } from '../../../../test/support/pods-told.ts';
import type { Pod } from '../objects.ts';
import { type Since, sinceNow } from './since.ts';

/* How long what does not begin is waited for. */

const UNBOUND: Partial<Pod> = Object.freeze({ nodeName: undefined }) as object;

/** The pods as they are seen at so many seconds, and what is kept of them. */
const seen = (...looks: readonly (readonly [second: number, pod: Pod])[]): Since =>
  looks.reduce((since, [second, pod]) => sinceNow(since, pod, second * 1000), {});

test('K-057: five minutes count from the first pull that failed, though it is tried again meanwhile', () => {
  const failing = podWith(waiting('ErrImagePull', '503 Service Unavailable'));
  const since = seen([0, failing], [200, podWith(waiting('ContainerCreating'))], [290, failing]);
  assert.equal(summary(told(failing, { since, now: 299_999 })), 'waiting');
  assert.match(
    summary(told(failing, { since, now: 300_000 })),
    /^doomed, failed: CannotPullContainerError: 503/,
  );
});

test('K-060: sixty seconds count anew when the words change', () => {
  const [a, b] = ['secret "a" not found', 'secret "b" not found'].map((words) =>
    podWith(waiting('CreateContainerConfigError', words)),
  );
  const since = seen([0, a!], [50, b!], [70, b!]);
  assert.equal(summary(told(b!, { since, now: 109_999 })), 'waiting');
  assert.equal(
    summary(told(b!, { since, now: 110_000 })),
    'doomed, failed: CannotStartContainerError: secret "b" not found',
  );
});

test('K-061: ten minutes count from when it is bound; without a trouble it is looked at again', () => {
  const pod = podWith(waiting('ContainerCreating'));
  const since = seen([5, pod], [300, pod]);
  assert.deepEqual(told(pod, { since, now: 300_000 }), { kind: 'waiting', until: 605_000 });
  assert.deepEqual(told(pod, { since, now: 605_000 }), { kind: 'waiting', until: 665_000 });
  const late = told(pod, { since, now: 605_000, trouble: 'no sandbox' });
  assert.equal(summary(late), 'doomed, failed: ResourceInitializationError: no sandbox');
});

test('K-140: ten seconds count anew when there was a place meanwhile', () => {
  const unschedulable = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: 'Insufficient cpu',
  };
  const pod = podWith(undefined, { ...UNBOUND, conditions: [unschedulable] });
  const since = seen([0, pod], [5, podWith(undefined, UNBOUND)], [6, pod]);
  assert.equal(summary(told(pod, { since, now: 15_999 })), 'waiting');
  assert.equal(summary(told(pod, { since, now: 16_000 })), 'doomed, unstarted: Insufficient cpu');
});
