import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoTeams } from '../../src/cli/demo-teams.ts';

const SECONDS = 6;

test('T-107: three teams that each could have all of a pool get their parts of it, as the demonstration shows', async (t) => {
  const lines: string[] = [];
  t.mock.method(console, 'log', (line: string) => lines.push(line));
  assert.equal(await demoTeams(SECONDS), 0, lines.join('\n'));
  const rows = lines.slice(-3).map((line) => line.split(/\s{2,}/));
  assert.deepEqual(
    rows.map(([team, weight]) => [team, weight]),
    [
      ['red', '1'],
      ['green', '0.5'],
      ['blue', '0.25'],
    ],
  );
  for (const [team, , , got, should] of rows) {
    const off = Number.parseFloat(got!) - Number.parseFloat(should!);
    // less than four jobs of half a second, of 48 vCPU-seconds
    assert.ok(Math.abs(off) < 4, `${team} got ${got} of ${should}`);
  }
});
