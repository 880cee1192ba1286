import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tempFolder } from '../support/cli.ts';

const FOLDER = fileURLToPath(new URL('../../contrib/systemd', import.meta.url));

const analyze = (...args: readonly string[]) =>
  spawnSync('systemd-analyze', args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, SYSTEMD_COLORS: '0' },
  });

const { status, stdout: about } = analyze('--version');
const skip = status !== 0 && 'needs systemd-analyze';
const version = Number(/systemd (\d+)/.exec(about ?? '')?.[1]);

test('systemd finds nothing wrong with the units', { skip }, (t) => {
  const folder = tempFolder(t);
  cpSync(FOLDER, folder, { recursive: true });
  const { stderr } = analyze('verify', join(folder, 'longshore.service'), join(folder, 'longshore.socket'));
  const said = stderr.split('\n').filter((line) => line.includes('longshore'));
  // which systemd knows since 254
  const known = said.filter((line) => version >= 254 || !line.includes("'DelegateSubgroup'"));
  assert.deepEqual(known, []);
});

test('the service is exposed no more than systemd calls OK', { skip }, () => {
  const unit = join(FOLDER, 'longshore.service');
  const { status, stdout } = analyze('security', '--offline=true', '--threshold=22', unit);
  assert.match(stdout, /Overall exposure level for longshore\.service: [\d.]+ OK/);
  assert.equal(status, 0);
});
