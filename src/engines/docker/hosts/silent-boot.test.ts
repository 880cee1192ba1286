import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectedOf } from '../../../../test/support/docker-stand-in.ts';
import { outcomeOf } from '../outcome.ts';
import { SilentBoot } from './silent-boot.ts';

const at = (time: string): number => Date.parse(`2026-01-01T${time}Z`);

/** How a container is told that was found dead then, with the code that Docker gives what it lost sight of. */
const told = (boot: SilentBoot, time: string): string | undefined => {
  const inspected = inspectedOf(
    { ExitCode: 255, StartedAt: '2026-01-01T10:00:00Z', FinishedAt: `2026-01-01T${time}Z` },
    { 'longshore.boot': 'this machine' },
  );
  const outcome = outcomeOf(inspected, boot);
  return outcome.kind === 'over' ? outcome.report.kind : undefined;
};

test('J-168: of another machine what was found dead while that was silent is lost with its boot; another 255 is the command’s own', () => {
  const boot = new SilentBoot();
  assert.equal(told(boot, '11:00:00'), 'lost', 'before it is first heard');
  boot.note('heard', at('12:00:00'));
  assert.equal(told(boot, '11:00:00'), 'lost');
  assert.equal(told(boot, '12:30:00'), 'exited');
  boot.note('silent', at('13:00:00'));
  assert.deepEqual([told(boot, '12:30:00'), told(boot, '13:05:00')], ['exited', 'lost']);
  boot.note('lost', at('13:06:00'));
  boot.note('heard', at('13:10:00'));
  assert.deepEqual([told(boot, '13:05:00'), told(boot, '13:20:00')], ['lost', 'exited']);
});
