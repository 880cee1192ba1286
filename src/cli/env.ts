import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { dataDirOf, UsageError } from '../main/config.ts';
import { type RootKey, readAddress, readRootKey, type ServerAddress } from '../main/data-folder.ts';
import { dropSettings, putSettings, type Setting, settingIn } from './ini.ts';
import { quote } from './quote.ts';
import { noServer } from './target.ts';

const SERVICES = ['batch', 'cloudwatch_logs', 'sts', 'ecs'] as const;

/** What `--with` may add. Not there unasked: other work of the shell may need the real EC2 and IAM, and a person an answer at once. */
const EXTRAS = ['ec2', 'iam', 'retries'] as const;
type Extra = (typeof EXTRAS)[number];

/** With `--batch-only`: all that a client asks whose other services are elsewhere. */
const BATCH_ONLY = ['batch', 'cloudwatch_logs'] as const;

interface Options {
  readonly data?: string;
  readonly profile?: string;
  readonly with?: string;
  readonly batchOnly?: true;
}

/** SDKs wait ever longer between them, up to 20 seconds: some minutes in all. */
const ATTEMPTS = '20';

export const envCommand = (program: Command): void => {
  program
    .command('env')
    .description('print the lines that point every AWS client here, to eval')
    .option('--data <dir>', 'the data folder of the server')
    .option('--profile <name>', 'write a profile into the AWS config files instead')
    .option(
      '--with <list>',
      'of ec2 (what instances jobs run on), iam (who may do what), retries (to wait while a server is away)',
    )
    .option(
      '--batch-only',
      'write a profile (longshore, or that of --profile) that sends Batch and its logs here, and keeps the keys it has',
    )
    .action((options: Options) => {
      const extras = parseExtras(options.with);
      const dataDir = dataDirOf(options.data, process.env);
      const address = readAddress(dataDir);
      if (!address) throw noServer(dataDir);
      const key = readRootKey(dataDir);
      if (options.batchOnly)
        writeProfile(options.profile ?? 'longshore', address, key, {
          extras,
          services: BATCH_ONLY,
          keeps: true,
        });
      else if (options.profile === undefined) console.log(exports(address, key, extras).join('\n'));
      else
        writeProfile(options.profile, address, key, { extras, services: servicesOf(extras), keeps: false });
    });
};

const regionOf = (address: ServerAddress): string =>
  address.region === 'any' ? 'us-east-1' : address.region;

const parseExtras = (list: string | undefined): readonly Extra[] =>
  (list ?? '')
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const extra = EXTRAS.find((each) => each === name);
      if (extra === undefined) throw new UsageError(`--with takes ${EXTRAS.join(', ')}, got '${name}'`);
      return extra;
    });

const servicesOf = (extras: readonly Extra[]): readonly string[] => [
  ...SERVICES,
  ...extras.filter((extra) => extra !== 'retries'),
];

const exports = (address: ServerAddress, key: RootKey, extras: readonly Extra[]): string[] => {
  const region = regionOf(address);
  const retries: [string, string][] = [
    ['AWS_RETRY_MODE', 'standard'],
    ['AWS_MAX_ATTEMPTS', ATTEMPTS],
  ];
  const values: [string, string][] = [
    ...servicesOf(extras).map((service): [string, string] => [
      `AWS_ENDPOINT_URL_${service.toUpperCase()}`,
      address.url,
    ]),
    ['AWS_ACCESS_KEY_ID', key.accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', key.secretAccessKey],
    ['AWS_REGION', region],
    ['AWS_DEFAULT_REGION', region],
    ...(extras.includes('retries') ? retries : []),
  ];
  return [
    'unset AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE',
    ...values.map(([name, value]) => `export ${name}=${quote(value)}`),
  ];
};

interface Wanted {
  readonly extras: readonly Extra[];
  readonly services: readonly string[];
  /** Whether keys that the profile has stay: other services go by them. */
  readonly keeps: boolean;
}

/** A profile in both files; everything else in them stays byte for byte. */
const writeProfile = (profile: string, address: ServerAddress, key: RootKey, wanted: Wanted): void => {
  if (!/^[A-Za-z0-9_.-]+$/.test(profile))
    throw new UsageError(`--profile takes letters, digits, . _ -, got '${profile}'`);
  const { extras, services, keeps } = wanted;
  const config = awsFile('AWS_CONFIG_FILE', 'config');
  const section = profile === 'default' ? 'default' : `profile ${profile}`;
  const servicesName = `longshore-${profile}`;
  const endpoint = (key: string) => ({ key, text: `${key} =\n  endpoint_url = ${address.url}` });
  const dropped = [...SERVICES, ...EXTRAS].filter((key) => !services.includes(key));
  const kept = keeps ? keysOf(profile, section) : undefined;
  const region = kept === undefined ? [setting('region', regionOf(address))] : [];
  const retries = [setting('retry_mode', 'standard'), setting('max_attempts', ATTEMPTS)];
  const more = extras.includes('retries') ? retries : [];
  edit(config, (text) => {
    const own = putSettings(text, section, [...region, setting('services', servicesName), ...more]);
    const cleared = dropSettings(own, `services ${servicesName}`, dropped);
    return putSettings(cleared, `services ${servicesName}`, services.map(endpoint));
  });
  if (kept === undefined) writeKey(profile, key);
  console.log(
    `wrote profile ${profile} into ${config}${kept === undefined ? ` and ${credentialsFile()}` : ''}`,
  );
  if (kept !== undefined && kept !== key.accessKeyId)
    console.log(`it keeps its own keys (${kept}), which the server must know: see docs/recipes/README.md`);
  console.log(`next:  aws --profile ${profile} batch describe-job-queues`);
};

const credentialsFile = (): string => awsFile('AWS_SHARED_CREDENTIALS_FILE', 'credentials');

const writeKey = (profile: string, key: RootKey): void => {
  const credentials = credentialsFile();
  if (existsSync(credentials)) chmodSync(credentials, 0o600);
  edit(credentials, (text) =>
    putSettings(dropSettings(text, profile, TOKENS), profile, [
      setting('aws_access_key_id', key.accessKeyId),
      setting('aws_secret_access_key', key.secretAccessKey),
    ]),
  );
};

/** Where a profile says what it signs with: an access key, or the setting that leads to one; undefined when nowhere. */
const keysOf = (profile: string, section: string): string | undefined => {
  const access = 'aws_access_key_id';
  const config = textOf(awsFile('AWS_CONFIG_FILE', 'config'));
  const own = settingIn(textOf(credentialsFile()), profile, access) ?? settingIn(config, section, access);
  return own ?? SOURCES.find((name) => settingIn(config, section, name) !== undefined);
};

const SOURCES = ['role_arn', 'sso_session', 'sso_start_url', 'credential_process', 'credential_source'];

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** A token of the key that stood there before; the second is botocore's older name. */
const TOKENS = ['aws_session_token', 'aws_security_token'];

const setting = (key: string, value: string): Setting => ({ key, text: `${key} = ${value}` });

const awsFile = (variable: string, name: string): string => {
  const home = process.env.HOME || homedir();
  const given = process.env[variable];
  return given ? given.replace(/^~(?=\/)/, home) : join(home, '.aws', name);
};

const edit = (path: string, change: (text: string) => string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, change(textOf(path)), { mode: 0o600 });
};
