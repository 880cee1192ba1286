/**
 * `npm run test:kubernetes`: what needs a real cluster. That of the kubeconfig $LONGSHORE_TEST_KUBECONFIG; else the one that
 * the script $LONGSHORE_CLUSTER starts (`up 2` prints `export KUBECONFIG=…`, `down` ends it). Where there is neither it says so in one
 * line and is done. Arguments are test files; else all.
 */
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { runTests } from './test/run.ts';

const UP_MILLISECONDS = 300_000;

const { LONGSHORE_TEST_KUBECONFIG: given, LONGSHORE_CLUSTER: script } = process.env;

const start = (path: string): string => {
  const printed = execFileSync(path, ['up', '2'], { encoding: 'utf8', timeout: UP_MILLISECONDS });
  const kubeconfig = /export KUBECONFIG=(\S+)/.exec(printed)?.[1];
  if (kubeconfig === undefined) throw new Error(`${path} up 2 printed no export KUBECONFIG=…`);
  return kubeconfig;
};

const test = (kubeconfig: string): void => {
  process.env.LONGSHORE_TEST_KUBECONFIG = kubeconfig;
  const files = process.argv.slice(2);
  const all = files.length > 0 ? files : globSync('test/kubernetes/*.test.ts').sort();
  process.exitCode = runTests(['--test-concurrency=1', ...all]);
};

if (given) test(given);
else if (!script) {
  console.log(
    'test:kubernetes: left out: neither LONGSHORE_TEST_KUBECONFIG nor LONGSHORE_CLUSTER names a cluster',
  );
} else {
  try {
    test(start(script));
  } finally {
    execFileSync(script, ['down'], { stdio: 'ignore' });
  }
}
