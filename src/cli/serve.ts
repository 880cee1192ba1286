import { execFileSync } from 'node:child_process';
import type { Command } from 'commander';
import { IDLE_GRACE_SECONDS } from '../domain/idle-grace.ts';
import { describeResources } from '../domain/resource-text.ts';
import { USUAL_AUDIT_DAYS, USUAL_KEEP_DAYS } from '../domain/retention-periods.ts';
import { SPOT_WARNING_SECONDS } from '../domain/spot-warning.ts';
import {
  type Config,
  DEFAULT_PORT,
  dataDirOf,
  jobPath,
  parseAccount,
  parseAudit,
  parseCapacity,
  parseEngine,
  parseKeep,
  parseKeepAudit,
  parsePort,
  parseRate,
  parseRegion,
  parseSeconds,
  UsageError,
} from '../main/config.ts';
import { dockerConfig } from '../main/docker-config.ts';
import { type KubernetesOptions, kubernetesConfig } from '../main/kubernetes-config.ts';
import { handedSocket } from '../main/listening.ts';
import type { Running } from '../main/start-server.ts';
import { quote } from './quote.ts';
import { SELF } from './self.ts';
import { version } from './version.ts';

interface Options extends KubernetesOptions {
  readonly port: string;
  readonly host: string;
  readonly data?: string;
  readonly dataAnyway?: boolean;
  readonly engine?: string;
  readonly region: string;
  readonly account: string;
  readonly capacity?: string;
  readonly runAs?: string;
  readonly keepJobs: string;
  readonly audit?: string;
  readonly rate?: string;
  readonly burst?: string;
  readonly keepAudit: string;
  readonly idleGrace: string;
  readonly spotWarning: string;
  readonly dockerHost?: readonly string[];
  readonly hostLostAfter?: string;
  readonly network?: string;
  readonly pull: string;
  readonly secrets?: string;
  readonly refuse?: string;
  readonly allowMounts?: string;
  readonly efs?: readonly string[];
}

/** Of a flag that may be given again. */
const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];

export const serveCommand = (program: Command): void => {
  withClusterFlags(program.command('serve'))
    .description('start the service')
    .option('--port <port>', 'where to listen; 0 takes any free one', String(DEFAULT_PORT))
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--data <dir>', 'the data folder (default: $LONGSHORE_DATA or ~/.longshore)')
    .option('--data-anyway', 'take a data folder on a network file system')
    .option(
      '--engine <name>',
      'what runs the jobs: docker, process or kubernetes (default: docker when it answers)',
    )
    .option('--region <region>', 'the region to be; any takes signatures for all', 'us-east-1')
    .option('--account <digits>', 'the account to be', '000000000000')
    .option('--capacity <list>', "vcpus=N,memory=NGiB[,gpus=N] (default: the machine's, no GPU)")
    .option(
      '--keep-jobs <time>',
      'how long finished jobs stay: days, hours (24h at least), or forever',
      `${USUAL_KEEP_DAYS}d`,
    )
    .option(
      '--rate <rate>',
      'requests a second of each user and role, such as 50/s (default: 50/s beyond loopback)',
    )
    .option('--burst <n>', 'so many at once after a rest (default: four times the rate)')
    .option(
      '--audit <list>',
      'beside changes and refusals: reads; strict: change nothing that cannot be recorded',
    )
    .option('--keep-audit <days>', 'how long the files of the audit stay', `${USUAL_AUDIT_DAYS}d`)
    .option('--idle-grace <seconds>', 'how long an instance without a job stays', String(IDLE_GRACE_SECONDS))
    .option(
      '--spot-warning <seconds>',
      'how long a Spot instance that is taken back still runs',
      String(SPOT_WARNING_SECONDS),
    )
    .option('--run-as <user>', 'run jobs as this user (root only; process engine)')
    .option(
      '--docker-host <url>',
      'unix://PATH or tcp://HOST:PORT (default: $DOCKER_HOST or the socket); given again, each is a host',
      collect,
    )
    .option(
      '--host-lost-after <seconds>',
      'how long one of several hosts, or a node, may be silent before its jobs are lost, or never (default: 300)',
    )
    .option(
      '--network <name>',
      'of containers: host, bridge, none or a network (default: host); of pods: pod or host',
    )
    .option('--pull <when>', 'images: absent, always or never', 'absent')
    .option('--secrets <file>', 'JSON of names or ARNs and values, for the secrets of jobs')
    .option('--efs <fs=dir>', 'a folder that stands for an EFS (fs-1=DIR, fs-1:fsap-2=DIR, *=DIR)', collect)
    .option('--refuse <list>', 'of privileged,devices,mounts,host-network, or all: what jobs may not ask')
    .option('--allow-mounts <dirs>', 'folders of the host, with commas: the only ones that jobs may mount')
    .action(async (options: Options) => {
      await serve(configOf(options));
    });
};

/** What concerns a cluster alone. */
const withClusterFlags = (serve: Command): Command =>
  serve
    .option('--kubeconfig <file>', 'how to reach the cluster (default: $KUBECONFIG or ~/.kube/config)')
    .option('--context <name>', 'which of its contexts (default: the current one, or the cluster it runs in)')
    .option('--namespace <name>', "where jobs' pods are made (default: the context's own)")
    .option('--insecure-skip-tls-verify', 'take a cluster whose kubeconfig says that nobody vouches for it')
    .option(
      '--node-reserve <list>',
      'vcpus=N,memory=NGiB: of each node left to others, where they are not seen',
    )
    .option(
      '--grow <group>',
      'name=N,vcpus=N,memory=NGiB,max=N,label=NAME=VALUE: what an autoscaler adds',
      collect,
    )
    .option('--gpu-resource <name>', "what a node's GPUs are called (default: nvidia.com/gpu)")
    .option('--cpu-limit', 'let no pod use more vCPUs than its job asks for')
    .option('--priority-class <name>', 'of all pods')
    .option('--service-account <role=name>', 'what a jobRoleArn stands for in the cluster', collect)
    .option('--volume-claim <fs=claim>', 'a volume claim that stands for an EFS', collect);

const configOf = (options: Options): Config => {
  const { env } = process;
  const keepMilliseconds = parseKeep(options.keepJobs);
  const handed = handedSocket(env, process.pid);
  const rate = parseRate(options.rate, options.burst, options.host);
  const kubernetes = kubernetesConfig(options.engine, options, env);
  return {
    dataDir: dataDirOf(options.data, env),
    host: options.host,
    port: parsePort(options.port),
    region: parseRegion(options.region),
    account: parseAccount(options.account),
    version: version(),
    path: jobPath(env),
    auditMilliseconds: parseKeepAudit(options.keepAudit),
    ...(rate && { rate }),
    ...(options.audit !== undefined && { audit: parseAudit(options.audit) }),
    idleGraceSeconds: parseSeconds('--idle-grace', options.idleGrace),
    spotWarningSeconds: parseSeconds('--spot-warning', options.spotWarning),
    ...(handed !== undefined && { handed }),
    ...(options.capacity !== undefined && { capacity: parseCapacity(options.capacity) }),
    ...(options.runAs !== undefined && { runAs: userOf(options.runAs) }),
    ...(keepMilliseconds !== undefined && { keepMilliseconds }),
    ...(options.engine !== undefined && { engine: parseEngine(options.engine) }),
    ...(options.dataAnyway && { dataAnyway: true }),
    docker: dockerConfig(options, env),
    ...(kubernetes && { kubernetes }),
    ...chosenKey(env),
  };
};

const chosenKey = (env: NodeJS.ProcessEnv): Pick<Config, 'rootKey'> => {
  const { LONGSHORE_ACCESS_KEY_ID: accessKeyId, LONGSHORE_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId && !secretAccessKey) return {};
  if (!accessKeyId || !secretAccessKey) {
    throw new UsageError('LONGSHORE_ACCESS_KEY_ID and LONGSHORE_SECRET_ACCESS_KEY go together');
  }
  if (!/^\w{3,128}$/.test(accessKeyId)) {
    throw new UsageError('LONGSHORE_ACCESS_KEY_ID takes 3 to 128 letters, digits and _');
  }
  return { rootKey: { accessKeyId, secretAccessKey } };
};

const userOf = (name: string): { uid: number; gid: number } => {
  if (process.getuid?.() !== 0) throw new UsageError('--run-as needs root');
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    throw new UsageError(`--run-as: there is no user '${name}'`);
  }
};

/** Starts a server and stays until it is told to stop. */
const serve = async (config: Config): Promise<void> => {
  // before anything starts: a signal meanwhile stops it as cleanly as one later
  const stop = new AbortController();
  const told = signalled().then(() => stop.abort(new Error('stopped')));
  // loaded here: the other commands start faster without the server's parts
  const { startServer } = await import('../main/start-server.ts');
  const { processLog } = await import('./server-log.ts');
  try {
    const running = await startServer(config, processLog(), stop.signal);
    announce(config, running);
    await told;
    await running.close();
  } catch (error) {
    if (error !== stop.signal.reason) throw error;
  }
  console.log('stopped; jobs that run go on, and are found again at the next start');
};

const announce = (config: Config, running: Running): void => {
  const { name, detail, notes } = running.about;
  console.log(`longshore listens on ${running.url} (region ${config.region}, account ${config.account})`);
  console.log(`engine: ${name}, ${describeResources(running.capacity)}; ${detail}`);
  for (const note of notes) console.log(`  ${note}`);
  const vcpus = running.capacity.milliVcpus / 1000;
  if (!running.service.engine.hosts)
    console.log(
      `  a job that asks for more than ${vcpus} vCPU${vcpus === 1 ? '' : 's'} runs alone on all of them`,
    );
  console.log(`data: ${config.dataDir}`);
  for (const line of keyLines(config, running)) console.log(line);
  if (running.isRootBusy)
    console.log('root was used in the last day though there are users: let it rest, but for administration');
  const folder = isAtHome(config.dataDir)
    ? ''
    : ` --data ${/^[\w./-]+$/.test(config.dataDir) ? config.dataDir : quote(config.dataDir)}`;
  console.log(`next, in another terminal:  eval "$(${SELF} env${folder})" && aws batch describe-job-queues`);
};

/** Where the other commands look when they are told nothing: another terminal need not have `$LONGSHORE_DATA`. */
const isAtHome = (dataDir: string): boolean => {
  try {
    return dataDir === dataDirOf(undefined, { ...process.env, LONGSHORE_DATA: '' });
  } catch {
    return false;
  }
};

/** A key that was made is shown once, on a terminal: what goes to a journal or a file is read by others. */
const keyLines = (config: Config, { rootKey, newKey }: Running): string[] => {
  const file = `${config.dataDir}/root-key.json`;
  if (newKey && !config.rootKey && process.stdout.isTTY)
    return [`root key, kept in ${file}:`, `  ${rootKey.accessKeyId}  ${rootKey.secretAccessKey}`];
  if (config.rootKey && config.rootKey.accessKeyId !== rootKey.accessKeyId)
    return [`root key: ${rootKey.accessKeyId} of ${file}, not that of LONGSHORE_ACCESS_KEY_ID`];
  if (config.rootKey && config.rootKey.secretAccessKey !== rootKey.secretAccessKey)
    return [
      `root key: ${rootKey.accessKeyId} of ${file}, whose secret is not that of LONGSHORE_SECRET_ACCESS_KEY`,
    ];
  return [`root key: ${rootKey.accessKeyId}, with its secret in ${file}`];
};

const signalled = (): Promise<void> =>
  new Promise((done) => {
    process.once('SIGTERM', () => done());
    process.once('SIGINT', () => done());
  });
