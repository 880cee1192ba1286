import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ShareUse, type Span, unused, withSpan } from '../../../src/domain/fair-share/use.ts';
import type { Eyes } from './eyes.ts';
import type { Job, Queue, Task } from './model.ts';
import type { Ledger } from './requests.ts';
import { Uses } from './shares.ts';

/* What the books count is what the service keeps of the same attempts. */

const MINUTE = 60_000;

const queueOf = (shareDecaySeconds: number) =>
  ({
    seq: 1,
    name: 'q',
    status: 'VALID',
    policy: { doc: { fairsharePolicy: { shareDecaySeconds } } },
  }) as Queue;

/** Attempts of a share of one vCPU, each with the seconds that use counts for when it ends; looked at with the last of them, a minute later, where nothing else is said. */
const look = (
  ends: readonly { from: number; to: number; decay: number }[],
  { spoil = 1, age = ends.at(-1)!.to + MINUTE, decay = ends.at(-1)!.decay } = {},
): void => {
  const uses = new Uses();
  let kept: ShareUse = unused(ends[0]!.decay * 1000);
  for (const { from, to, decay: seconds } of ends) {
    const span: Span = { milliVcpus: 1000, from, to };
    uses.ended({ queue: queueOf(seconds), share: 'a' } as Job, { milliVcpus: 1000 } as Task, from, to);
    kept = withSpan(kept, span, seconds * 1000);
  }
  const { width, buckets } = kept;
  const eyes = {
    useAge: () => age,
    shares: () => [{ seq: 7, queue: 1, name: 'a' }],
    buckets: () => buckets.map((bucket) => ({ ...bucket, width, used: bucket.used * spoil })),
  } as unknown as Eyes;
  uses.check({ queueBySeq: new Map([[1, queueOf(decay)]]) } as Ledger, eyes);
};

const HOURS = 60 * MINUTE;

test('a shorter window forgets what ended before, not what an attempt used before that and ends in a longer one', () => {
  const short = { from: 0, to: 100 * HOURS, decay: 600 };
  const long = { from: MINUTE, to: 100 * HOURS + MINUTE, decay: 7200 };
  look([short, long]);
  assert.throws(() => look([short, long], { spoil: 0.4 }), /use is what attempts took/);
  look([
    { ...short, decay: 7200 },
    { ...long, decay: 600 },
    { ...long, to: long.to + MINUTE },
  ]);
});

test('what was used in the last second before a machine ended may be kept for a time that the shares’ clock has yet to come to', () => {
  look(
    [
      { from: 7506, to: 7511, decay: 1200 },
      { from: 7506, to: 7506, decay: 600 },
    ],
    { age: 7506 },
  );
});

test('what stood in wide buckets may be taken for older than it was, and forgotten, once these are narrow', () => {
  const week = 604_800;
  const ends = [
    { from: 68_522_834, to: 68_531_338, decay: week },
    { from: 68_552_448, to: 68_555_193, decay: 600 },
  ];
  look(ends, { decay: week });
  assert.throws(() => look(ends, { decay: week, spoil: 10 }), /use is what attempts took/);
});
