import { dirname, isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { type Json, listOf, objectOf, textOf } from '../json.ts';

/** A context of a kubeconfig with what it names. File names are absolute. */
export interface Context {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly server: string;
  readonly ca: Source | undefined;
  readonly serverName: string | undefined;
  readonly isInsecure: boolean;
  readonly user: User;
}

/** Text in the kubeconfig itself, or in a file beside it. */
export type Source = { readonly text: string } | { readonly file: string };

export interface User {
  readonly cert?: Source;
  readonly key?: Source;
  readonly token?: Source;
  readonly exec?: Exec;
}

/** A program that gives credentials. */
export interface Exec {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** One file of the list in $KUBECONFIG. */
export interface KubeconfigFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The context of that name, or the current one. Rule K-097: of entries with one name the first file's holds. Throws with a
 * reason for people, also for what is not used here (K-100, K-101).
 */
export const contextIn = (files: readonly KubeconfigFile[], named: string | undefined): Context => {
  const read = files.map(({ path, text }) => ({ folder: dirname(path), config: configIn(path, text) }));
  const name = named ?? read.map(({ config }) => textAt(config, 'current-context')).find(Boolean);
  if (!name) throw new Error('no context is current: name one, --context NAME');
  const context = entryOf(read, 'contexts', 'context', name)?.value;
  if (!context) throw new Error(`there is no context '${name}': ${namesIn(read)}`);
  const [clusterName, userName] = [textAt(context, 'cluster'), textAt(context, 'user')];
  const cluster = entryOf(read, 'clusters', 'cluster', clusterName);
  if (!cluster) throw new Error(`context '${name}' names the cluster '${clusterName}', which is not there`);
  refuseUnused(cluster.value, `cluster '${clusterName}'`);
  return {
    name,
    namespace: textAt(context, 'namespace') || undefined,
    server: textAt(cluster.value, 'server'),
    ca: sourceOf(cluster, 'certificate-authority'),
    serverName: textAt(cluster.value, 'tls-server-name') || undefined,
    isInsecure: cluster.value['insecure-skip-tls-verify'] === true,
    user: userOf(entryOf(read, 'users', 'user', userName), userName),
  };
};

type Read = readonly { readonly folder: string; readonly config: Json }[];
interface Entry {
  readonly folder: string;
  readonly value: Json;
}

const configIn = (path: string, text: string): Json => {
  try {
    return objectOf(parse(text));
  } catch (error) {
    throw new Error(`${path} is no kubeconfig: ${(error as Error).message}`);
  }
};

const entryOf = (read: Read, list: string, member: string, name: string): Entry | undefined => {
  for (const { folder, config } of read) {
    const found = entriesIn(config, list).find((entry) => textAt(entry, 'name') === name);
    if (found) return { folder, value: objectOf(found[member]) };
  }
  return undefined;
};

const namesIn = (read: Read): string => {
  const names = read.flatMap(({ config }) =>
    entriesIn(config, 'contexts').map((entry) => textAt(entry, 'name')),
  );
  return names.length === 0 ? 'the kubeconfig has none' : `there are ${[...new Set(names)].join(', ')}`;
};

const userOf = (entry: Entry | undefined, name: string): User => {
  if (!entry) {
    if (name === '') return {};
    throw new Error(`the kubeconfig names the user '${name}', which is not there`);
  }
  refuseUnused(entry.value, `user '${name}'`);
  const [cert, key] = [sourceOf(entry, 'client-certificate'), sourceOf(entry, 'client-key')];
  if (!cert !== !key)
    throw new Error(`user '${name}' has a client certificate without its key, or a key alone`);
  const token = tokenOf(entry);
  const exec = entry.value.exec === undefined ? undefined : execOf(entry, name);
  return { ...(cert && { cert }), ...(key && { key }), ...(token && { token }), ...(exec && { exec }) };
};

const tokenOf = ({ folder, value }: Entry): Source | undefined => {
  const [text, file] = [textAt(value, 'token'), textAt(value, 'tokenFile')];
  if (file !== '') return { file: absolute(folder, file) };
  return text === '' ? undefined : { text };
};

const EXEC_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

const execOf = ({ folder, value }: Entry, name: string): Exec => {
  const exec = objectOf(value.exec);
  const [apiVersion, command] = [textAt(exec, 'apiVersion'), textAt(exec, 'command')];
  if (!EXEC_VERSIONS.includes(apiVersion))
    throw new Error(
      `user '${name}' has an exec of version '${apiVersion}': ${EXEC_VERSIONS.join(' or ')} is needed`,
    );
  if (command === '') throw new Error(`user '${name}' has an exec without a command`);
  const args = listOf(exec.args).map(String);
  const env = entriesIn(exec, 'env').map((one) => [textAt(one, 'name'), textAt(one, 'value')] as const);
  // like kubectl: a name alone is looked for in PATH, one with a slash lies beside the kubeconfig
  const path = command.includes('/') ? absolute(folder, command) : command;
  return { apiVersion, command: path, args, env: Object.fromEntries(env) };
};

/** What is not used here, by its member, and what to do instead. */
const UNUSED: Readonly<Record<string, string>> = {
  'auth-provider': 'use exec',
  'proxy-url': 'reach the server without a proxy',
  username: 'use a token, a client certificate or exec',
  as: 'give the rights to the user itself',
  'impersonate-user': 'give the rights to the user itself',
};

const refuseUnused = (value: Json, whose: string): void => {
  const found = Object.keys(UNUSED).find((member) => value[member] !== undefined && value[member] !== '');
  if (found) throw new Error(`${whose} has ${found}, which is not used here: ${UNUSED[found]}`);
};

/** Data in the file itself wins over the name of a file. */
const sourceOf = ({ folder, value }: Entry, member: string): Source | undefined => {
  const [data, file] = [textAt(value, `${member}-data`), textAt(value, member)];
  if (data !== '') return { text: Buffer.from(data, 'base64').toString('utf8') };
  return file === '' ? undefined : { file: absolute(folder, file) };
};

const absolute = (folder: string, file: string): string => (isAbsolute(file) ? file : join(folder, file));

const textAt = (value: Json, member: string): string => textOf(value[member]) ?? '';

const entriesIn = (value: Json, member: string): Json[] => listOf(value[member]).map(objectOf);
