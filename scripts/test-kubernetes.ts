/**
 * `npm run test:kubernetes`: what needs a real cluster. That of the kubeconfig $LONGSHORE_TEST_KUBECONFIG; else one of the machine's own
 * (cluster.ts), which is started for them unless it is up. With LONGSHORE_CLUSTER_BUILD=1 what it lacks of its programs is built. Where there
 * is neither it says in one line what is missing and is done. Arguments are test files; else all.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './cluster/build.ts';
import { down } from './cluster/down.ts';
import { lacks, lacksTools } from './cluster/needs.ts';
import { KUBECONFIG } from './cluster/places.ts';
import { isUp, up } from './cluster/up.ts';
import { runTests } from './test/run.ts';

const test = (): void => {
  // the run's own temporary folder goes with it
  process.env.LONGSHORE_TEST_CACHE ??= join(tmpdir(), 'longshore-clients');
  const files = process.argv.slice(2);
  const all = files.length > 0 ? files : globSync('test/kubernetes/*.test.ts').sort();
  process.exitCode = runTests(['--test-concurrency=1', ...all]);
};

const hasGo = (): boolean => spawnSync('go', ['version']).status === 0;

const testOverOurOwn = async (): Promise<void> => {
  if (process.env.LONGSHORE_CLUSTER_BUILD === '1' && lacksTools() === undefined && hasGo()) build();
  const why = lacks();
  if (why !== undefined)
    return console.log(
      `test:kubernetes: left out: no LONGSHORE_TEST_KUBECONFIG, and no cluster of our own: ${why}`,
    );
  const wasUp = isUp();
  // whoever is told to stop ends what it started: the tests end by the same signal
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
  try {
    await up(2);
    process.env.LONGSHORE_TEST_KUBECONFIG = KUBECONFIG;
    process.env.LONGSHORE_CLUSTER = fileURLToPath(new URL('cluster.ts', import.meta.url));
    test();
  } finally {
    if (!wasUp) await down();
  }
};

if (process.env.LONGSHORE_TEST_KUBECONFIG) test();
else await testOverOurOwn();
