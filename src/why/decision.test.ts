import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu } from '../../test/support/scheduler.ts';
import type { EnvironmentVerdict } from '../scheduler/snapshot.ts';
import {
  ALL_INVALID,
  BEYOND_MAXIMUM,
  BEYOND_TYPES,
  neverRuns,
  noCapacity,
  serviceReason,
} from './decision.ts';

const reason = (verdicts: EnvironmentVerdict[]) => ({ groups: [{ asks: cpu(2, 512), count: 1 }], verdicts });
const room = { kind: 'room', environment: 'e', free: cpu(1, 256), pool: cpu(4, 1024), busy: 0 } as const;
const invalid = { environment: 'e', kind: 'invalid' } as const;
const invalidAndSmall = { ...invalid, never: true } as const;
const disabled = { environment: 'e', kind: 'disabled' } as const;
const maximum = { environment: 'e', kind: 'never-maximum', maxMilliVcpus: 1000 } as const;
const type = { environment: 'e', kind: 'never-type', largest: cpu(1) } as const;
const nodes = { environment: 'e', kind: 'never-nodes' } as const;
const full = { ...room, type: 'c5.large' } as const;

for (const [rule, what, verdicts, code] of [
  ['E-176', 'all are INVALID', [invalid, invalid], 'ACTION_REQUIRED'],
  ['E-176', 'one is INVALID, the other DISABLED', [invalid, disabled], undefined],
  [
    'E-172',
    'the maximum of all is too low',
    [maximum, invalidAndSmall],
    'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE',
  ],
  ['E-172', 'an INVALID one could hold it', [maximum, invalid], undefined],
  ['E-173', 'an INVALID one could hold it', [type, invalidAndSmall, invalid], undefined],
  [
    'E-173',
    'one has no type that is large enough',
    [maximum, type],
    'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
  ],
  [
    'E-171',
    'the pool has no room for what would be launched',
    [disabled, full],
    'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  ],
  [
    'E-171',
    'the pool has none, and another could never run it',
    [type, full],
    'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  ],
  ['E-172', 'none is of the right kind, whatever its size', [nodes, invalidAndSmall], undefined],
  ['E-171', 'its own instances are busy', [{ ...full, busy: 1 }], undefined],
  ['E-171', 'another may launch no more', [full, { environment: 'f', kind: 'reserved' }], undefined],
  ['E-171', 'nothing is launched for it', [room], undefined],
  ['E-171', 'there is no environment', [], undefined],
] as [string, string, EnvironmentVerdict[], string | undefined][]) {
  test(`${rule}: ${what}: ${code ?? 'no code of the service'}`, () =>
    assert.equal(serviceReason(reason(verdicts))?.code, code));
}

test('E-171: what is kept for other shares is no lack of capacity', () => {
  const kept = { keptMilliVcpus: 1000, maxMilliVcpus: 4000 };
  assert.equal(serviceReason({ ...reason([full]), kept }), undefined);
});

test('E-138: what can never run is told so, whatever the other environments lack', () => {
  assert.deepEqual(
    [[maximum, invalid], [type], [], [maximum, disabled], [room]].map((verdicts) =>
      neverRuns(reason(verdicts)),
    ),
    [true, true, true, false, false],
  );
});

test('E-171 E-172 E-173: the service’s own reasons, word by word', () => {
  assert.deepEqual(
    [noCapacity('c5.large'), BEYOND_MAXIMUM, BEYOND_TYPES].map(
      ({ code, sentence }) => `${code} - ${sentence}`,
    ),
    [
      'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested for instance type [c5.large]',
      'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet the CPU requirement of the job.',
      'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher than that can be met by the CE(s) attached to the job queue.',
    ],
  );
});

test('E-176: that no environment is valid has words of the service too', () => {
  assert.deepEqual(ALL_INVALID, {
    code: 'ACTION_REQUIRED',
    sentence: 'CE(s) associated with the job queue are invalid.',
  });
});
