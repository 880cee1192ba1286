import { readFileSync } from 'node:fs';
import type { ContainerSpec } from '../domain/container.ts';

/** The operator's secrets: what `valueFrom` may name, and its value. */
export type Secrets = Readonly<Record<string, string>>;

/** Reads `{"name or ARN": "value", …}`; throws one line for people, without anything of what the file holds. */
export const readSecrets = (path: string): Secrets => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is no JSON' : (error as Error).message;
    throw new Error(`the file of secrets ${path} cannot be read: ${why}`);
  }
  const isMap = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  if (!isMap || Object.values(parsed as object).some((value) => typeof value !== 'string')) {
    throw new Error(`the file of secrets ${path} must be one JSON object of names and strings`);
  }
  return parsed as Secrets;
};

/**
 * The value that `valueFrom` names: by what it says itself; for an ARN of Secrets Manager that goes on with a JSON key
 * (`…:secret:name:key::`), that member of the secret; for an ARN else, its last part. Undefined when there is none.
 */
export const findSecret = (secrets: Secrets, valueFrom: string): string | undefined => {
  const own = (name: string) => (Object.hasOwn(secrets, name) ? secrets[name] : undefined);
  const exact = own(valueFrom);
  if (exact !== undefined || !valueFrom.startsWith('arn:')) return exact;
  const parts = valueFrom.split(':');
  const [base, key] = [parts.slice(0, 7).join(':'), parts[7]];
  const name = parts[5]?.startsWith('parameter/') ? parts[5].slice('parameter'.length) : parts[6];
  const whole = own(base) ?? (name === undefined ? undefined : (own(name) ?? own(name.replace(/^\//, ''))));
  return whole === undefined || !key ? whole : memberOf(whole, key);
};

const memberOf = (json: string, key: string): string | undefined => {
  try {
    const value = (JSON.parse(json) as Record<string, unknown>)[key];
    return value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return undefined;
  }
};

/** A secret that a job names and nobody has; the message names it, never a value. */
export class SecretMissing extends Error {
  override readonly name = 'SecretMissing';
}

/** Of `repositoryCredentials`. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What a container needs of the file. */
export interface Needed {
  readonly variables: Readonly<Record<string, string>>;
  readonly registry?: Login;
}

/** What names the login for its image; undefined without one. */
export const credentialsParameter = ({ repositoryCredentials }: ContainerSpec): string | undefined =>
  (repositoryCredentials as { readonly credentialsParameter?: string } | undefined)?.credentialsParameter ||
  undefined;

/** Rule J-316. The file is read anew for each task that needs it, so that a changed secret counts at once. */
export const secretsOf = (container: ContainerSpec, path: string | undefined): Needed => {
  const parameter = credentialsParameter(container);
  if (container.secrets.length === 0 && !parameter) return { variables: {} };
  const secrets = path === undefined ? {} : read(path);
  const value = (from: string): string => {
    const found = findSecret(secrets, from);
    if (found?.includes('\0')) throw new SecretMissing(`secret ${from} holds a NUL character`);
    if (found !== undefined) return found;
    throw new SecretMissing(
      path === undefined
        ? `there is no file of secrets (serve --secrets FILE) for ${from}`
        : `no secret ${from}`,
    );
  };
  const variables = Object.fromEntries(
    container.secrets.map(({ name, valueFrom }) => [variable(name), value(valueFrom)]),
  );
  return { variables, ...(parameter && { registry: login(parameter, value(parameter)) }) };
};

/** Of another name the daemon would say what is wrong with the whole variable, its value too. */
const variable = (name: string): string => {
  if (name === '' || /[=\0]/.test(name)) {
    throw new SecretMissing(`a secret's name is a variable's, not '${name.replaceAll('\0', '')}'`);
  }
  return name;
};

const read = (path: string): Secrets => {
  try {
    return readSecrets(path);
  } catch (error) {
    throw new SecretMissing((error as Error).message);
  }
};

const login = (parameter: string, json: string): Login => {
  const [username, password] = [memberOf(json, 'username'), memberOf(json, 'password')];
  if (username === undefined || password === undefined) {
    throw new SecretMissing(`${parameter} must be {"username": "…", "password": "…"}`);
  }
  return { username, password };
};
