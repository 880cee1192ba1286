#!/usr/bin/env node
/**
 * `npm run cluster -- VERB`: a small real Kubernetes of this machine's own, for tests: etcd, API server, controller manager, scheduler, and
 * nodes of kubelet, containerd and runc, in namespaces of their own for network, processes and mounts. Out here there is a folder and a
 * port of the loopback, and nothing when it is down. docs/testing.md says more.
 */
import { spawnSync } from 'node:child_process';
import { build, isBuilt, programOf } from './cluster/build.ts';
import { down } from './cluster/down.ts';
import { load } from './cluster/images.ts';
import { start } from './cluster/parts.ts';
import { at, KUBECONFIG } from './cluster/places.ts';
import { openOut, signalPart } from './cluster/room.ts';
import { isUp, up } from './cluster/up.ts';

const USAGE = `usage: npm run cluster -- VERB
  build               its programs, once: 12 minutes of CPU, with Go 1.24 or later and the modules from its proxy
  built               exits with 1 where they are not
  is-up               exits with 1 where none is
  up [NODES]          starts it (2) and prints where its kubeconfig is
  load FILE           brings the images of an archive to every node
  out PORT            127.0.0.1:PORT leads out of it, too
  signal PART SIGNAL  to etcd, api, manager, scheduler, kubelet1, containerd1, …
  start PART          again; fakes: plays nodes that exist in the API alone
  kubectl ARGUMENTS
  down                ends it; nothing of it stays`;

const [verb = '', ...args] = process.argv.slice(2);

const VERBS: Readonly<Record<string, (...given: string[]) => unknown>> = {
  build,
  built: () => {
    if (!isBuilt()) process.exitCode = 1;
  },
  'is-up': () => {
    if (!isUp()) process.exitCode = 1;
  },
  up: async (count = '2') => {
    await up(Number(count));
    console.log(`export KUBECONFIG=${KUBECONFIG}`);
  },
  load,
  out: (port) => openOut(`127.0.0.1:${port}`, `127.0.0.1:${port}`),
  signal: signalPart,
  start,
  kubectl: (...given) => {
    const own = ['kubectl', '--kubeconfig', KUBECONFIG, '--cache-dir', at('kubectl')];
    process.exitCode =
      spawnSync(programOf('kubernetes'), [...own, ...given], { stdio: 'inherit' }).status ?? 1;
  },
  down,
};

const act = VERBS[verb];
try {
  if (act === undefined) throw new Error(USAGE);
  await act(...args);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
