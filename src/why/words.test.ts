import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu } from '../../test/support/scheduler.ts';
import type { EnvironmentVerdict } from '../scheduler/snapshot.ts';
import type { Finding } from './last-plan.ts';
import { positionText, waitText } from './words.ts';

for (const [ahead, text] of [
  [0, '1st in queue q'],
  [1, '2nd in queue q'],
  [2, '3rd in queue q'],
  [3, '4th in queue q'],
  [9, '10th in queue q'],
  [10, '11th in queue q'],
  [12, '13th in queue q'],
  [13, '14th in queue q'],
  [20, '21st in queue q'],
  [110, '111th in queue q'],
  [1000, '1001st in queue q'],
  [1001, 'more than 1,000 ahead in queue q'],
] as const) {
  test(`with ${ahead} ahead a job is told its position: ${text}`, () =>
    assert.equal(positionText(ahead, 'q'), text));
}

const NEVER: EnvironmentVerdict = { environment: 'e', kind: 'never-maximum', maxMilliVcpus: 1000 };
const DISABLED: EnvironmentVerdict = { environment: 'e', kind: 'disabled' };
const FULL = {
  environment: 'e',
  kind: 'room',
  free: cpu(0, 0),
  pool: cpu(4, 1024),
  busy: 0,
  type: 'c5.large',
} as const;
const found = (verdict: EnvironmentVerdict, more?: object): Finding => ({
  reason: { groups: [{ asks: cpu(2, 512), count: 1 }], verdicts: [verdict] },
  ...more,
});
const inQueue = (of: Finding) => waitText({ kind: 'queue', queue: 'q', ahead: 1, found: of });
const IN_TURN =
  'jobs of 900 shapes wait in its queue: the older ones are looked at each time, the others in turn';

for (const [what, of, text] of [
  ['no plan knew of it: its position alone', {}, '2nd in queue q'],
  [
    'its position, then the numbers',
    found(DISABLED),
    '2nd in queue q; needs 2 vCPUs and 512 MiB; environment e is DISABLED',
  ],
  [
    'E-171: the service’s own reason in front',
    found(FULL),
    'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested for instance type [c5.large] ' +
      '2nd in queue q; needs 2 vCPUs and 512 MiB; environment e would launch c5.large: the pool has 0 vCPUs and 0 MiB free of 4 vCPUs and 1 GiB',
  ],
  [
    'E-172: what can never run has no position, nor a turn',
    found(NEVER, { shapesInAll: 900 }),
    'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet the CPU requirement of the job. ' +
      'needs 2 vCPUs and 512 MiB; environment e has at most 1 vCPU: it can never run it',
  ],
  [
    'an earlier plan knew of it',
    found(DISABLED, { shapesInAll: 900 }),
    `2nd in queue q; needs 2 vCPUs and 512 MiB; environment e is DISABLED; ${IN_TURN}`,
  ],
  ['none of many knew of it yet', { shapesInAll: 900 }, `2nd in queue q; ${IN_TURN}`],
] as [string, Finding, string][]) {
  test(`a RUNNABLE job is told: ${what}`, () => assert.equal(inQueue(of), text));
}
