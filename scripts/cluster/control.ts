import { fileURLToPath } from 'node:url';
import { programOf } from './build.ts';
import { addressOf, at, INSIDE_KUBECONFIG } from './places.ts';

/* The command lines of what a cluster has once. */

/** A node that is silent so long is not ready; then its pods, where they say nothing else, are deleted after five. */
const SILENT = '20s';
const DELETED_SECONDS = 5;

const ETCD = 'http://127.0.0.1:2379';
const pki = (name: string): string => at('pki', name);

const commandOf = (program: string, flags: Readonly<Record<string, string | number | boolean>>): string[] => [
  ...[programOf('kubernetes'), program],
  ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
];

const etcd = () =>
  commandOf('etcd', {
    'data-dir': at('etcd'),
    // nothing here outlives the machine
    'unsafe-no-fsync': true,
    'log-level': 'warn',
    'listen-client-urls': ETCD,
    'advertise-client-urls': ETCD,
    'listen-peer-urls': 'http://127.0.0.1:2380',
  });

/** At the port that the service's address leads to: there is no kube-proxy. */
const api = () =>
  commandOf('kube-apiserver', {
    'etcd-servers': ETCD,
    'secure-port': 443,
    'advertise-address': addressOf(1),
    'endpoint-reconciler-type': 'none',
    'service-cluster-ip-range': '10.96.0.0/24',
    'client-ca-file': pki('ca.crt'),
    'tls-cert-file': pki('api.crt'),
    'tls-private-key-file': pki('api.key'),
    'kubelet-certificate-authority': pki('ca.crt'),
    'kubelet-client-certificate': pki('admin.crt'),
    'kubelet-client-key': pki('admin.key'),
    'kubelet-preferred-address-types': 'InternalIP',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': pki('tokens.crt'),
    'service-account-signing-key-file': pki('tokens.key'),
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'allow-privileged': true,
    'default-not-ready-toleration-seconds': DELETED_SECONDS,
    'default-unreachable-toleration-seconds': DELETED_SECONDS,
  });

const client = () => ({
  kubeconfig: INSIDE_KUBECONFIG,
  'kube-api-qps': 500,
  'kube-api-burst': 1000,
  'leader-elect': false,
});

const manager = () =>
  commandOf('kube-controller-manager', {
    ...client(),
    'use-service-account-credentials': true,
    'service-account-private-key-file': pki('tokens.key'),
    'root-ca-file': pki('ca.crt'),
    // it would make one of the machine's
    'flex-volume-plugin-dir': at('plugins'),
    'node-monitor-period': '1s',
    'node-monitor-grace-period': SILENT,
  });

const scheduler = () => commandOf('kube-scheduler', client());

/** Started by hand alone. */
const fakes = () => [process.execPath, fileURLToPath(new URL('fakes.ts', import.meta.url))];

/** By the names of their parts. */
export const CONTROL: Readonly<Record<string, () => string[]>> = { etcd, api, manager, scheduler, fakes };
