import { FakeKubelets } from './kubelet.ts';
import { FakeApi } from './server.ts';

/** A cluster of one process: its API and its kubelets. */
export interface FakeCluster {
  readonly api: FakeApi;
  readonly kubelets: FakeKubelets;
  close(): Promise<void>;
}

/** With this many nodes of 64 vCPUs and 256 GiB: node1, node2, … */
export const startFakeCluster = async (nodes = 2): Promise<FakeCluster> => {
  const api = new FakeApi();
  await api.start();
  const kubelets = new FakeKubelets(api);
  for (let n = 1; n <= nodes; n++) addNode(api, `node${n}`);
  return {
    api,
    kubelets,
    close: async () => {
      kubelets.close();
      await api.close();
    },
  };
};

export const addNode = (api: FakeApi, name: string, labels: Readonly<Record<string, string>> = {}): void => {
  api.nodes.create({
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'node.kubernetes.io/instance-type': 'c5.large',
        ...labels,
      },
    },
    status: {
      allocatable: { cpu: '64', memory: '256Gi', pods: '500' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  });
};

/** The node controller's word of a node: `Unknown` of one whose kubelet is silent. */
export const setReady = (api: FakeApi, name: string, status: 'True' | 'False' | 'Unknown'): void => {
  api.nodes.change(name, (node) => (node.status.conditions = [{ type: 'Ready', status }]));
};
