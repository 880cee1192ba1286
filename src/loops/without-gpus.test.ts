import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu, launched, queue, snapshot } from '../../test/support/scheduler.ts';
import { plan } from '../scheduler/plan.ts';
import { environmentWithoutGpus, queueWithoutGpus } from './without-gpus.ts';

test('J-183: where no GPU can be had, a job that asks for one is started, to fail with its reason, whatever the types', () => {
  for (const type of ['p3.2xlarge', 'c5.2xlarge']) {
    const asks = { ...cpu(2), gpus: 1 };
    const s = snapshot({
      pool: cpu(8, 64_000),
      environments: [launched(1, [type])],
      queues: [queue(1, [1], [asks, [1]])],
    });
    assert.deepEqual(plan(s).placements, []);
    const made = plan({
      ...s,
      environments: s.environments.map(environmentWithoutGpus),
      queues: s.queues.map(queueWithoutGpus),
    });
    assert.deepEqual(
      made.placements.map(({ job }) => job),
      [1],
      type,
    );
  }
});
