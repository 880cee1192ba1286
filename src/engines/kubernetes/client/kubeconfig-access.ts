import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Clock } from '../../../lib/clock.ts';
import { type Access, type Credentials, type Server, serverAt } from './access.ts';
import { execCredentials, type Lasting } from './exec-credentials.ts';
import { type Context, contextIn, type KubeconfigFile, type Source, type User } from './kubeconfig.ts';

export interface KubeconfigChoice {
  /** `--kubeconfig`; undefined: $KUBECONFIG, else ~/.kube/config. */
  readonly file?: string;
  readonly context?: string;
  /** A server that nobody vouches for is taken where the kubeconfig says so. */
  readonly mayBeInsecure?: boolean;
  readonly environment: NodeJS.ProcessEnv;
}

/** The files that are there; none where nothing is configured. */
export const kubeconfigFiles = ({ file, environment }: KubeconfigChoice): readonly KubeconfigFile[] => {
  const home = join(environment.HOME || homedir(), '.kube', 'config');
  if (file !== undefined) return [{ path: file, text: readFileSync(file, 'utf8') }];
  const paths = (environment.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  return (paths.length > 0 ? paths : [home]).flatMap((path) => {
    try {
      return [{ path, text: readFileSync(path, 'utf8') }];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  });
};

/** The way in by a kubeconfig. Throws with a reason for people. */
export const kubeconfigAccess = (
  files: readonly KubeconfigFile[],
  choice: KubeconfigChoice,
  clock: Clock,
): Access => {
  const context = contextIn(files, choice.context);
  if (context.isInsecure && !choice.mayBeInsecure)
    throw new Error(
      `context '${context.name}' says insecure-skip-tls-verify: anybody could be its server; --insecure-skip-tls-verify takes it all the same`,
    );
  const keeper = new CredentialKeeper(context.user, choice.environment, clock);
  const server = serverOf(context);
  return {
    about: `context '${context.name}' (${context.server})`,
    namespace: context.namespace,
    server: () => server,
    credentials: () => keeper.current(),
    renew: (refused) => keeper.renew(refused),
  };
};

const serverOf = ({ server, ca, serverName, isInsecure }: Context): Server =>
  serverAt(server, { ca: ca && textIn(ca), serverName, isInsecure });

const textIn = (source: Source): string =>
  'text' in source ? source.text : readFileSync(source.file, 'utf8');

/** Seconds before credentials end they are not used any more. */
const EARLY_MILLISECONDS = 10_000;
/** A file may be another by then: whoever rotates it renames one into its place. */
const FILES_MILLISECONDS = 60_000;

/** A user's credentials, kept for as long as they hold. */
class CredentialKeeper {
  private readonly user: User;
  private readonly environment: NodeJS.ProcessEnv;
  private readonly clock: Clock;
  private kept: Promise<Lasting> | undefined;
  /** What `kept` has come to, or came to before. */
  private latest: Credentials | undefined;

  constructor(user: User, environment: NodeJS.ProcessEnv, clock: Clock) {
    this.user = user;
    this.environment = environment;
    this.clock = clock;
  }

  async current(): Promise<Credentials> {
    this.kept ??= this.read();
    const asked = this.kept;
    try {
      const { credentials, until } = await asked;
      if (until === undefined || this.clock.wall() < until - EARLY_MILLISECONDS) return credentials;
    } catch (error) {
      if (this.kept === asked) this.kept = undefined;
      throw error;
    }
    // whoever comes first reads them anew, for all
    if (this.kept === asked) this.kept = this.read();
    return (await this.kept).credentials;
  }

  /** Of many calls that were refused together the first alone has them read anew. */
  renew(refused: Credentials): void {
    if (refused !== this.latest) return;
    this.kept = undefined;
    this.latest = undefined;
  }

  private async read(): Promise<Lasting> {
    const lasting = await this.had();
    this.latest = lasting.credentials;
    return lasting;
  }

  private async had(): Promise<Lasting> {
    const { cert, key, token, exec } = this.user;
    const fixed: Credentials = {
      ...(cert && key && { cert: textIn(cert), key: textIn(key) }),
      ...(token && { token: textIn(token).trim() }),
    };
    if (!exec)
      return { credentials: fixed, until: this.clock.wall() + EARLY_MILLISECONDS + FILES_MILLISECONDS };
    const { credentials, until } = await execCredentials(exec, this.environment);
    return { credentials: { ...fixed, ...credentials }, until };
  }
}
