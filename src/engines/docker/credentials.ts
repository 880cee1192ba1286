import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HUB, HUB_INDEX, registryKey } from '../reference.ts';

/** `auth` is `name:password` in base 64; some tools write the two as they are. */
interface Entry extends Credentials {
  readonly auth?: string;
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, Entry>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** A helper that waits for a person's answer must not hold a pull up for ever. */
const HELPER_MILLISECONDS = 30_000;

/**
 * What Docker's own config says of a registry: its helper, the store for all, or what stands in the file. Read anew for
 * each pull, so that a `docker login` counts at once. Undefined where it says nothing; rejects when a helper fails.
 */
export const credentialsFor = async (
  configFolder: string,
  registry: string,
): Promise<Credentials | undefined> => {
  const config = readConfig(configFolder);
  const helper = entryOf(config.credHelpers, registry) ?? config.credsStore;
  if (helper) {
    const found = await askHelper(helper, registryKey(registry));
    if (found) return found;
  }
  const entry = entryOf(config.auths, registry);
  return entry && fromFile(entry);
};

/** Under the registry's own key, or any that names its host: `host`, `https://host`, `https://host/v2/`. */
const entryOf = <T>(entries: Readonly<Record<string, T>> = {}, registry: string): T | undefined => {
  const key = registryKey(registry);
  if (Object.hasOwn(entries, key)) return entries[key];
  const hosts = registry === HUB ? HUB_HOSTS : [registry];
  return Object.entries(entries).find(([place]) => hosts.includes(hostOf(place)))?.[1];
};

const HUB_HOSTS = [HUB, HUB_INDEX];

/** The header that a pull carries: base 64 for URLs with its padding, which the daemon insists on. */
export const authHeader = (credentials: Credentials, registry: string): string => {
  const serveraddress = registryKey(registry);
  const text = Buffer.from(JSON.stringify({ ...credentials, serveraddress })).toString('base64');
  return text.replaceAll('+', '-').replaceAll('/', '_');
};

const hostOf = (place: string): string => place.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

const readConfig = (folder: string): DockerConfig => {
  const path = join(folder, 'config.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  try {
    return JSON.parse(text) as DockerConfig;
  } catch {
    throw new Error(`${path} is no JSON`);
  }
};

const fromFile = ({ auth, ...plain }: Entry): Credentials | undefined => {
  const { identitytoken, registrytoken, username, password } = plain;
  if (identitytoken) return { identitytoken };
  if (registrytoken) return { registrytoken };
  const text = Buffer.from(auth ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return username && password ? { username, password } : undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
};

/** `docker-credential-<helper> get`: the registry on stdin, `{Username, Secret}` on stdout. */
const askHelper = (helper: string, registry: string): Promise<Credentials | undefined> =>
  new Promise((resolve, reject) => {
    const program = `docker-credential-${helper}`;
    const child = execFile(program, ['get'], { timeout: HELPER_MILLISECONDS }, (error, stdout) => {
      if (/credentials not found/i.test(stdout)) return resolve(undefined);
      if (error) return reject(new Error(`${program} gave no credentials for ${registry}`));
      resolve(fromHelper(stdout));
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(registry);
  });

const fromHelper = (stdout: string): Credentials | undefined => {
  try {
    const { Username, Secret } = JSON.parse(stdout) as { Username?: string; Secret?: string };
    if (Username === '<token>') return { identitytoken: Secret ?? '' };
    return { username: Username ?? '', password: Secret ?? '' };
  } catch {
    return undefined;
  }
};
