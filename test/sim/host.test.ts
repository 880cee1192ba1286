import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderOf } from '../support/orders.ts';
import { Host } from './host.ts';
import { swarmOf } from './swarm.ts';
import { Time } from './time.ts';

test('how a task ended is known once a server was told when it asked, though the report is still on its way', async () => {
  const time = new Time();
  const host = new Host(1, time, swarmOf(1), () => {});
  host.misbehaves = false;
  const engine = host.engine();
  engine.watch((reports) => host.hear(reports, () => {}));
  await engine.start([orderOf(['soon'], { taskId: 't' })]);
  while (host.truth.get('t')!.report?.kind !== 'running') time.next();
  time.sleep(3_600_000);
  time.next();
  const [told] = await engine.list();
  assert.equal(told!.kind, 'exited');
  await engine.forget(['t']);
  assert.equal(host.reportOf('t')?.kind, 'exited');
});
