import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerSpec } from '../../src/domain/container.ts';
import { reaches } from '../contract/engine-suite.ts';
import { containerOf, orderOf } from '../support/orders.ts';
import { newClient } from './cluster.ts';
import { NAMESPACE, openKubernetesWorld } from './world.ts';

/* What a container finds inside a pod of a real cluster: docs/kubernetes-members.md. */

const CASES: readonly (readonly [
  rules: string,
  what: string,
  script: string,
  printed: string,
  container?: Partial<ContainerSpec>,
])[] = [
  [
    'K-106',
    'a text arrives as it was written',
    `echo "$A" '$$ $(A) $x'`,
    'a $$ $(A) $x $$ $(A) $x',
    { environment: [{ name: 'A', value: 'a $$ $(A) $x' }] },
  ],
  [
    'K-107',
    'variables are the job’s, and its working directory is none of them',
    'echo "$A $B $(env | grep -c LONGSHORE_WORKDIR) $(pwd)"',
    '1 2 0 /tmp',
    {
      environment: [
        { name: 'A', value: '1' },
        { name: 'B', value: '0' },
        { name: 'LONGSHORE_WORKDIR', value: '/tmp' },
      ],
    },
  ],
  [
    'K-111',
    'there is no token of a service account, and no variable of a service',
    'ls /var/run/secrets 2>/dev/null; env | grep -c _SERVICE_HOST=',
    // that of the API server itself is always there
    '1',
  ],
  [
    'K-113',
    'a user in numbers has no more than restricted allows',
    'echo "$(id -u):$(id -g)"; grep -e NoNewPrivs -e CapEff /proc/self/status | cut -f2',
    '1000:100\n0000000000000000\n1',
    { user: '1000:100' },
  ],
  [
    'K-114',
    'shared memory and tmpfs are of their size',
    `df -m /dev/shm /t /u | awk 'NR > 1 { print $2 }'; touch /t/x && ! touch /u/x 2>/dev/null && echo read-only`,
    '8\n4\n2\nread-only',
    {
      linuxParameters: {
        sharedMemorySize: 8,
        tmpfs: [
          { containerPath: '/t', size: 4 },
          { containerPath: '/u', size: 2, mountOptions: ['ro'] },
        ],
      },
    },
  ],
  [
    'K-115',
    'with an init process the command is not the first',
    'test $$ -gt 1 && echo another',
    'another',
    { linuxParameters: { initProcessEnabled: true } },
  ],
  [
    'K-116 K-117',
    'a volume is one, wherever it is mounted, and read-only where that is asked',
    'echo a > /one/a; cat /two/a; ! touch /two/b 2>/dev/null && touch /own/c && echo read-only',
    'a\nread-only',
    {
      volumes: [{ name: 'A Volume' }],
      mountPoints: [
        { sourceVolume: 'A Volume', containerPath: '/one' },
        { sourceVolume: 'A Volume', containerPath: '/two', readOnly: true },
        { containerPath: '/own' },
      ],
    },
  ],
  [
    'K-120',
    'one that is privileged may administer the system',
    'echo $((0x$(grep CapEff /proc/self/status | cut -f2) >> 21 & 1))',
    '1',
    { privileged: true },
  ],
  [
    '',
    'a root file system that is to be read only is',
    '! touch /x 2>/dev/null && echo read-only',
    'read-only',
    { readonlyRootFilesystem: true },
  ],
  [
    'K-118',
    'a Secret of the cluster is a variable',
    'echo "$S"',
    'of $(S) the cluster',
    { secrets: [{ name: 'S', valueFrom: 'k8s:members-test/key' }] },
  ],
];

const makeSecret = async (): Promise<void> => {
  const client = newClient();
  const body = { metadata: { name: 'members-test' }, stringData: { key: 'of $(S) the cluster' } };
  await client.call('POST', `/api/v1/namespaces/${NAMESPACE}/secrets`, { body }).catch(() => {});
  client.close();
};

for (const [rules, what, script, printed, container] of CASES)
  test(`${rules === '' ? '' : `${rules}: `}in a pod ${what}`, async (t) => {
    const world = await openKubernetesWorld(t);
    await makeSecret();
    const more = { container: containerOf(['sh', '-c', script], container), jobVariables: { B: '2' } };
    const order = orderOf([], more);
    await world.engine.start([order]);
    await reaches(world, order.taskId, 'exited');
    assert.equal(world.output?.(order.taskId)?.trimEnd(), printed);
  });
