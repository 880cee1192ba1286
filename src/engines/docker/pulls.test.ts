import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../test/support/fakes.ts';
import { realTimers } from '../../../test/support/process-world.ts';
import { silentLog } from '../../lib/logger.ts';
import { DaemonRefusal, NoAnswer } from './answers.ts';
import type { DaemonApi } from './api.ts';
import type { PullStep } from './api-shapes.ts';
import { PullFailed } from './pull.ts';
import { Pulls } from './pulls.ts';

const HUNDRED_DAYS = 8_640_000_000;

/** Pulls over a daemon that answers to each try with what `answer` gives or throws; pauses are over at once. */
const pullsOver = (
  answer: (tries: number) => PullStep[] | Promise<PullStep[]>,
  patienceMilliseconds = HUNDRED_DAYS,
) => {
  let tries = 0;
  const pull = async () => {
    const given = await answer(++tries);
    const steps = (async function* () {
      yield* given;
    })();
    return { steps, end: () => {} };
  };
  const clock = new FakeClock();
  const pulls = new Pulls({ pull } as Partial<DaemonApi> as DaemonApi, {
    clock,
    // the time of a pause is over before it begins
    timers: {
      ...realTimers,
      after: (milliseconds, fn) => {
        if (milliseconds === SILENCE) return () => {};
        clock.advance(milliseconds);
        return realTimers.after(0, fn);
      },
    },
    log: silentLog,
    configFolder: '/nonexistent',
    limits: { patienceMilliseconds, silenceMilliseconds: SILENCE },
  });
  return { pulls, tries: () => tries, clock };
};

const SILENCE = 7;
const BUSY = new DaemonRefusal(500, 'toomanyrequests: busy');

const failing = (...errors: Error[]) =>
  pullsOver((tries) => {
    const error = errors[tries - 1];
    if (error) throw error;
    return [{ status: 'done' }];
  });

test('who waits for an image is told that it is pulled, and why again; nobody is told when it is here', async () => {
  const said: (string | undefined)[] = [];
  const { pulls } = pullsOver((tries) => {
    said.push(pulls.waitReason('img'));
    if (tries < 3) throw BUSY;
    return [];
  });
  assert.equal(pulls.waitReason('img'), undefined);
  await pulls.pull('img');
  const answer = 'Error response from daemon: toomanyrequests: busy';
  assert.deepEqual(said, [
    'waits for its image: img is being pulled',
    `waits for its image: img is being pulled again after a failure: ${answer}`,
    `waits for its image: img is being pulled again after 2 failures: ${answer}`,
  ]);
  assert.equal(pulls.waitReason('img'), undefined);
});

test('who waits with other credentials waits for another pull', async () => {
  let go = () => {};
  const { pulls, tries } = pullsOver(() => new Promise((resolve) => (go = () => resolve([]))));
  const pulled = pulls.pull('img', { username: 'me', password: 'word' });
  assert.equal(pulls.waitReason('img'), undefined);
  assert.match(pulls.waitReason('img', { username: 'me', password: 'word' })!, /^waits for its image: img/);
  while (tries() === 0) await new Promise((turn) => setImmediate(turn));
  go();
  await pulled;
});

for (const [what, error, expected] of [
  ['that the registry is busy', BUSY, 2],
  ['that in the midst of a pull', { error: 'unexpected EOF' }, 2],
  ['nothing, for it restarts', new NoAnswer('unix:///denied: connect ENOENT'), 2],
  ['half an answer', new Error('aborted'), 2],
  ['that there is none', new DaemonRefusal(404, 'manifest unknown'), 1],
  ['that in the midst', { error: 'unauthorized: authentication required' }, 1],
] as const) {
  test(`a pull to which the daemon says ${what} is tried ${expected === 1 ? 'once' : 'again'}`, async () => {
    const { pulls, tries } = pullsOver((n) => {
      if (n > 1) return [];
      if (error instanceof Error) throw error;
      return [{ status: 'begun' }, error];
    });
    await pulls.pull('timeout').catch((failure: unknown) => assert.ok(failure instanceof PullFailed));
    assert.equal(tries(), expected);
  });
}

for (const answer of ['dial tcp: lookup h: no such host', 'connect: connection refused'])
  test(`a registry that is not there is asked again for less than a minute: ${answer}`, async () => {
    const { pulls, tries, clock } = pullsOver(() => {
      throw new DaemonRefusal(500, answer);
    });
    const began = clock.steady();
    await assert.rejects(pulls.pull('h/img'), PullFailed);
    assert.ok(clock.steady() - began <= 30_000 && tries() > 1);
  });

test('a registry that is busy and then away, or the other way round, is given the patience of what it says last', async () => {
  const away = new DaemonRefusal(500, 'dial tcp: lookup h: no such host');
  for (const [errors, expected] of [
    [Array(9).fill(away), 5],
    [[...Array(6).fill(BUSY), ...Array(9).fill(away)], 7],
    [[away, ...Array(9).fill(BUSY)], 11],
  ] as const) {
    const { pulls, tries } = failing(...errors);
    await pulls.pull('h/img').catch((failure: unknown) => assert.ok(failure instanceof PullFailed));
    assert.equal(tries(), expected);
  }
});

test('what went on for long and then breaks is tried again: only the time in which it fails counts', async () => {
  let tries = 0;
  const { pulls, clock } = pullsOver(() => {
    if (++tries > 1) return [];
    clock.advance(3_600_000);
    return [{ status: 'begun' }, { error: 'unexpected EOF' }];
  }, 300_000);
  await pulls.pull('img');
  assert.equal(tries, 2);
});

test('patience ends with the last answer', async () => {
  const { pulls, tries } = pullsOver(() => {
    throw BUSY;
  }, 10_000);
  await assert.rejects(pulls.pull('img'), /^PullFailed: Error response from daemon: toomanyrequests: busy$/);
  // pauses of 1, 2 and 4 s; one of 8 s more would be too long
  assert.equal(tries(), 4);
});

test('what failed may be pulled anew', async () => {
  const { pulls, tries } = failing(new DaemonRefusal(404, 'manifest unknown'));
  await assert.rejects(pulls.pull('img'), PullFailed);
  await pulls.pull('img');
  assert.equal(tries(), 2);
});
