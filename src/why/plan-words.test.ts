import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu } from '../../test/support/scheduler.ts';
import type { EnvironmentVerdict, TaskGroup } from '../scheduler/snapshot.ts';
import { reasonText } from './plan-words.ts';

const ONE: TaskGroup[] = [{ asks: cpu(2, 512), count: 1 }];
const told = (verdicts: EnvironmentVerdict[], groups = ONE) => reasonText({ groups, verdicts });
const room = { kind: 'room', environment: 'e', free: cpu(1, 256), pool: cpu(4, 1024), busy: 0 } as const;

for (const [verdict, text] of [
  [{ environment: 'e', kind: 'disabled' }, 'environment e is DISABLED'],
  [{ environment: 'e', kind: 'invalid' }, 'environment e is INVALID'],
  [
    { environment: 'e', kind: 'never-nodes' },
    'environment e is not MANAGED and of type EC2: it can never run a multi-node job',
  ],
  [
    { environment: 'e', kind: 'never-later' },
    'environment e is not the first of the queue to take multi-node jobs: it can never run it',
  ],
  [
    { environment: 'e', kind: 'never-bid', bid: 10 },
    'environment e bids 10% and Spot capacity costs 10% of on-demand at the least: it can never run it',
  ],
  [
    { environment: 'e', kind: 'never-maximum', maxMilliVcpus: 1000 },
    'environment e has at most 1 vCPU: it can never run it',
  ],
  [
    { environment: 'e', kind: 'never-maximum', maxMilliVcpus: 3000, type: 'c5.xlarge' },
    'environment e would need an instance c5.xlarge and has at most 3 vCPUs: it can never run it',
  ],
  [
    { environment: 'e', kind: 'never-type', largest: cpu(1, 1024) },
    'the largest instance type of environment e has 1 vCPU: no type of it can ever run it',
  ],
  [
    { environment: 'e', kind: 'never-type', largest: cpu(2, 256) },
    'the largest instance type of environment e has 256 MiB for jobs: no type of it can ever run it',
  ],
  [
    { environment: 'e', kind: 'never-type', largest: cpu(2, 512) },
    'no instance type of environment e has all of that: none can ever run it',
  ],
  [
    {
      ...room,
      of: { name: 'a node of pool to come', open: 0, isToCome: true },
      left: [
        { group: 'pool', many: 2 },
        { group: 'other', many: 0 },
      ],
    },
    'environment e: a node of pool to come has 1 vCPU and 256 MiB free of 4 vCPUs and 1 GiB, group pool can add 2 more, group other can add no more',
  ],
  [
    { environment: 'e', kind: 'never-pool', needs: cpu(2, 512), pool: cpu(4, 256) },
    'the pool has 4 vCPUs and 256 MiB: environment e can never run it',
  ],
  [
    { environment: 'e', kind: 'never-pool', needs: cpu(2, 4096), type: 'c5.large', pool: cpu(4, 1024) },
    'environment e would need an instance c5.large with 2 vCPUs and 4 GiB, the pool has 4 vCPUs and 1 GiB: ' +
      'it can never run it',
  ],
  [
    { environment: 'e', kind: 'never-pool', needs: { ...cpu(2, 512), gpus: 1 }, pool: cpu(4, 1024) },
    'the pool has 4 vCPUs, 1 GiB and 0 GPUs: environment e can never run it',
  ],
  [
    {
      environment: 'e',
      kind: 'never-pool',
      needs: { ...cpu(4, 512), gpus: 1 },
      type: 'g4dn.xlarge',
      pool: cpu(4, 1024),
    },
    'environment e would need an instance g4dn.xlarge with 4 vCPUs, 512 MiB and 1 GPU, ' +
      'the pool has 4 vCPUs, 1 GiB and 0 GPUs: it can never run it',
  ],
  [
    { ...room, pool: { ...cpu(4, 1024), gpus: 1 } },
    'environment e: the pool has 1 vCPU, 256 MiB and 0 GPUs free of 4 vCPUs, 1 GiB and 1 GPU',
  ],
  [
    { environment: 'e', kind: 'price', price: 65, bid: 60 },
    'environment e launches nothing while Spot capacity costs 65% of on-demand and its bid is 60%',
  ],
  [
    { environment: 'e', kind: 'maximum', freeMilliVcpus: 500, maxMilliVcpus: 4000 },
    'environment e has 0.5 of 4 vCPUs free and may launch no more',
  ],
  [
    { environment: 'e', kind: 'reserved' },
    'environment e keeps its room for a job that waited for it first or has a higher priority',
  ],
  [room, 'environment e: the pool has 1 vCPU and 256 MiB free of 4 vCPUs and 1 GiB'],
  [
    { ...room, free: cpu(-1, -5), type: 'c5.large' },
    'environment e would launch c5.large: the pool has 0 vCPUs and 0 MiB free of 4 vCPUs and 1 GiB',
  ],
  [
    { ...room, type: 'c5.large', busy: 1 },
    'environment e would launch c5.large: the pool has 1 vCPU and 256 MiB free of 4 vCPUs and 1 GiB, ' +
      'its 1 instance that could hold it is busy',
  ],
  [
    { ...room, type: 'c5.large', busy: 2 },
    'environment e would launch c5.large: the pool has 1 vCPU and 256 MiB free of 4 vCPUs and 1 GiB, ' +
      'its 2 instances that could hold it are busy',
  ],
  [
    { ...room, type: 'c5.large', minimums: [{ environment: 'm', holds: cpu(3, 768) }] },
    'environment e would launch c5.large: the pool has 1 vCPU and 256 MiB free of 4 vCPUs and 1 GiB, ' +
      'the minvCpus of environment m keep 3 vCPUs and 768 MiB of it idle',
  ],
  [
    { ...room, warned: 1 },
    'environment e: the pool has 1 vCPU and 256 MiB free of 4 vCPUs and 1 GiB, ' +
      '1 Spot instance has been warned and leaves its room to the first in line when the warning is over',
  ],
  [
    { ...room, type: 'c5.large', busy: 1, warned: 2 },
    'environment e would launch c5.large: the pool has 1 vCPU and 256 MiB free of 4 vCPUs and 1 GiB, ' +
      'its 1 instance that could hold it is busy, ' +
      '2 Spot instances have been warned and leave their room to the first in line when the warning is over',
  ],
] as [EnvironmentVerdict, string][]) {
  test(`a waiting job is told: ${text}`, () =>
    assert.equal(told([verdict]), `needs 2 vCPUs and 512 MiB; ${text}`));
}

test('a GPU that no type has is told too', () => {
  const groups = [{ asks: { ...cpu(2, 512), gpus: 2 }, count: 1 }];
  assert.match(
    told([{ environment: 'e', kind: 'never-type', largest: { ...cpu(2, 512), gpus: 1 } }], groups),
    /^needs 2 vCPUs, 512 MiB and 2 GPUs; the largest instance type of environment e has 1 GPU: no type of it can ever run it$/,
  );
});

test('environments are told one after another, a multi-node job by its groups, a queue without any as such', () => {
  const groups = [
    { asks: cpu(1, 512), count: 2 },
    { asks: cpu(2, 512), count: 1 },
  ];
  const asks = 'needs 2 × 1 vCPU and 512 MiB + 2 vCPUs and 512 MiB';
  assert.equal(
    told(
      [
        { environment: 'e', kind: 'disabled' },
        { environment: 'f', kind: 'reserved' },
      ],
      groups,
    ),
    `${asks}; environment e is DISABLED; environment f keeps its room for a job that waited for it first or has a higher priority`,
  );
  assert.equal(told([], groups), `${asks}; its queue has no compute environment`);
});
