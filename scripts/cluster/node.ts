import { mkdirSync, writeFileSync } from 'node:fs';
import { programOf } from './build.ts';
import { makeGroup } from './groups.ts';
import { PAUSE } from './images.ts';
import { PLUGINS } from './needs.ts';
import { addressOf, at, GROUP, subnetOf } from './places.ts';
import { inside } from './room.ts';
import { find } from './tools.ts';

/* A node: a kubelet and a containerd with a network for its pods. */

const containerdConfig = (folder: string): string => `version = 2
root = "${folder}/containerd"
state = "${folder}/state"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${PLUGINS}"
    conf_dir = "${folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "${find('runc')}"
`;

const networkConfig = (node: number, folder: string): object => {
  const ipam = {
    ...{ type: 'host-local', dataDir: `${folder}/addresses` },
    ranges: [[{ subnet: subnetOf(node) }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const bridge = { type: 'bridge', bridge: `pods${node}`, isGateway: true, ipMasq: false, ipam };
  return { cniVersion: '0.4.0', name: 'pods', plugins: [bridge] };
};

/** Ample where it would throttle or evict, quick where it would wait. */
const kubeletConfig = (node: number, folder: string): object => ({
  ...{ apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' },
  ...{ address: addressOf(node), healthzPort: 0, resolvConf: `${folder}/resolv.conf` },
  containerRuntimeEndpoint: `unix://${folder}/containerd.sock`,
  ...{ podLogsDir: `${folder}/logs`, volumePluginDir: `${folder}/plugins` },
  ...{ cgroupDriver: 'cgroupfs', cgroupRoot: `/${GROUP}/node${node}`, failCgroupV1: false },
  ...{ failSwapOn: false, oomScoreAdj: 0 },
  authentication: {
    ...{ anonymous: { enabled: false }, webhook: { enabled: true } },
    x509: { clientCAFile: at('pki/ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  ...{ tlsCertFile: at(`pki/kubelet${node}.crt`), tlsPrivateKeyFile: at(`pki/kubelet${node}.key`) },
  evictionHard: {
    ...{ 'memory.available': '50Mi', 'nodefs.available': '1%' },
    ...{ 'imagefs.available': '1%', 'nodefs.inodesFree': '1%' },
  },
  ...{ imageGCHighThresholdPercent: 100, imageGCLowThresholdPercent: 99 },
  ...{ maxPods: 200, serializeImagePulls: false, registryPullQPS: 0 },
  ...{ eventRecordQPS: 0, kubeAPIQPS: 200, kubeAPIBurst: 400 },
  ...{ syncFrequency: '10s', nodeStatusUpdateFrequency: '5s', nodeLeaseDurationSeconds: 12 },
});

/** What its programs find when they start. */
export const prepareNode = (node: number): void => {
  const folder = at(`node${node}`);
  for (const name of ['kubelet', 'cni']) mkdirSync(`${folder}/${name}`, { recursive: true });
  inside('ip', 'link', 'add', `pods${node}`, 'type', 'bridge');
  inside('ip', 'address', 'add', `${addressOf(node)}/24`, 'dev', `pods${node}`);
  inside('ip', 'link', 'set', `pods${node}`, 'up');
  makeGroup(`node${node}`);
  writeFileSync(`${folder}/resolv.conf`, 'nameserver 127.0.0.1\n');
  writeFileSync(`${folder}/containerd.toml`, containerdConfig(folder));
  writeFileSync(`${folder}/cni/10-pods.conflist`, JSON.stringify(networkConfig(node, folder)));
  writeFileSync(`${folder}/kubelet.json`, JSON.stringify(kubeletConfig(node, folder)));
};

export const containerd = (node: number): string[] => [
  ...[find('containerd')!, '--config', at(`node${node}`, 'containerd.toml')],
];

export const kubelet = (node: number): string[] => [
  ...[programOf('kubernetes'), 'kubelet', '--kubeconfig', at(`kubelet${node}.kubeconfig`)],
  ...['--config', at(`node${node}`, 'kubelet.json'), '--root-dir', at(`node${node}`, 'kubelet')],
  ...['--hostname-override', `node${node}`, '--node-ip', addressOf(node)],
];
