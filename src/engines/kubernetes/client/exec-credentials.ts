import { execFile } from 'node:child_process';
import type { Credentials } from './access.ts';
import type { Exec } from './kubeconfig.ts';

const EXEC_MILLISECONDS = 60_000;

/** Credentials, and until when they hold in wall milliseconds: undefined until they are not taken. */
export interface Lasting {
  readonly credentials: Credentials;
  readonly until: number | undefined;
}

/** Runs the program that gives credentials. Rejects with what it says on stderr; what it prints is never shown (K-103). */
export const execCredentials = async (exec: Exec, environment: NodeJS.ProcessEnv): Promise<Lasting> => {
  const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const env = { ...environment, ...exec.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  const printed = await new Promise<string>((resolve, reject) => {
    execFile(exec.command, exec.args, { env, timeout: EXEC_MILLISECONDS }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${exec.command} gives no credentials: ${stderr.trim() || whyOf(error)}`));
      else resolve(stdout);
    });
  });
  return credentialsIn(printed, exec);
};

const whyOf = (error: Error & { readonly code?: unknown; readonly signal?: unknown }): string =>
  `it ended with ${error.code ?? error.signal ?? 'nothing'}`;

interface Printed {
  readonly apiVersion?: unknown;
  readonly status?: {
    readonly token?: unknown;
    readonly clientCertificateData?: unknown;
    readonly clientKeyData?: unknown;
    readonly expirationTimestamp?: unknown;
  };
}

/** Throws where the text is no ExecCredential of the version that was asked for, or has nothing in it. */
export const credentialsIn = (text: string, { command, apiVersion }: Exec): Lasting => {
  const printed = printedIn(text);
  if (printed?.apiVersion !== apiVersion || !printed.status)
    throw new Error(`${command} printed no ExecCredential of ${apiVersion}`);
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = printed.status;
  const credentials: Credentials = {
    ...(typeof token === 'string' && { token }),
    ...(typeof cert === 'string' && typeof key === 'string' && { cert, key }),
  };
  if (Object.keys(credentials).length === 0)
    throw new Error(`${command} printed an ExecCredential without any`);
  const until = Date.parse(String(expirationTimestamp));
  return { credentials, until: Number.isNaN(until) ? undefined : until };
};

const printedIn = (text: string): Printed | undefined => {
  try {
    return JSON.parse(text) as Printed;
  } catch {
    return undefined;
  }
};
