import { mkdirSync, writeFileSync } from 'node:fs';
import { API_ADDRESS, addressOf, at, INSIDE_KUBECONFIG, KUBECONFIG } from './places.ts';
import { run } from './tools.ts';

const DAYS = ['-days', '3650'];

const file = (name: string): string => at('pki', name);

/** A key, and a certificate of it that says `extensions`. */
const certificate = (
  name: string,
  subject: string,
  extensions: readonly string[],
  ...signer: string[]
): void => {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const out = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
  const says = extensions.flatMap((text) => ['-addext', text]);
  run('openssl', 'req', '-x509', ...key, ...out, ...DAYS, '-subj', subject, ...says, ...signer);
};

/** For both sides of a connection, as that of a kubelet is. */
const signed = (name: string, subject: string, ...names: readonly string[]): void => {
  const extensions = ['basicConstraints=critical,CA:FALSE', 'extendedKeyUsage=clientAuth,serverAuth'];
  if (names.length > 0) extensions.push(`subjectAltName=${names.join(',')}`);
  certificate(name, subject, extensions, '-CA', file('ca.crt'), '-CAkey', file('ca.key'));
};

/** A file that leads a client to the API. */
const kubeconfig = (path: string, user: string, server: string): void => {
  const cluster = { server: `https://${server}`, 'certificate-authority': file('ca.crt') };
  const proof = { 'client-certificate': file(`${user}.crt`), 'client-key': file(`${user}.key`) };
  const context = { cluster: 'test', user, namespace: 'default' };
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'test' },
    clusters: [{ name: 'test', cluster }],
    users: [{ name: user, user: proof }],
    contexts: [{ name: 'test', context }],
  };
  writeFileSync(path, JSON.stringify(config));
};

/** Who proves what in a cluster of these nodes, whose API is at this port of the loopback out here. */
export const writeCredentials = (nodes: readonly number[], port: number): void => {
  mkdirSync(at('pki'));
  certificate('ca', '/CN=test', ['keyUsage=critical,keyCertSign,digitalSignature']);
  const services = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const addresses = ['127.0.0.1', API_ADDRESS].map((address) => `IP:${address}`);
  signed('api', '/CN=kube-apiserver', ...addresses, ...services.map((name) => `DNS:${name}`));
  signed('admin', '/O=system:masters/CN=admin');
  signed('tokens', '/CN=tokens');
  kubeconfig(KUBECONFIG, 'admin', `127.0.0.1:${port}`);
  kubeconfig(INSIDE_KUBECONFIG, 'admin', API_ADDRESS);
  for (const node of nodes) {
    const name = `kubelet${node}`;
    signed(name, `/O=system:nodes/CN=system:node:node${node}`, `IP:${addressOf(node)}`);
    kubeconfig(at(`${name}.kubeconfig`), name, API_ADDRESS);
  }
};
