import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { dataDirOf, UsageError } from '../main/config.ts';
import { type RootKey, readAddress, readRootKey, type ServerAddress } from '../main/data-folder.ts';
import { dropSettings, putSettings, type Setting } from './ini.ts';
import { quote } from './quote.ts';

const SERVICES = ['batch', 'cloudwatch_logs', 'sts', 'ecs'] as const;

/** What `--with` may add. Not there unasked: other work of the shell may need the real EC2, and a person an answer at once. */
const EXTRAS = ['ec2', 'retries'] as const;
type Extra = (typeof EXTRAS)[number];

/** SDKs wait ever longer between them, up to 20 seconds: some minutes in all. */
const ATTEMPTS = '20';

export const envCommand = (program: Command): void => {
  program
    .command('env')
    .description('print the lines that point every AWS client here, to eval')
    .option('--data <dir>', 'the data folder of the server')
    .option('--profile <name>', 'write a profile into the AWS config files instead')
    .option('--with <list>', 'of ec2 (what instances jobs run on), retries (to wait while a server is away)')
    .action((options: { readonly data?: string; readonly profile?: string; readonly with?: string }) => {
      const extras = parseExtras(options.with);
      const dataDir = dataDirOf(options.data, process.env);
      const address = readAddress(dataDir);
      if (!address)
        throw new UsageError(`no server has used ${dataDir} yet: start one with \`longshore serve\``);
      const key = readRootKey(dataDir);
      if (options.profile === undefined) console.log(exports(address, key, extras).join('\n'));
      else writeProfile(options.profile, address, key, extras);
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

const servicesOf = (extras: readonly Extra[]): readonly string[] =>
  extras.includes('ec2') ? [...SERVICES, 'ec2'] : SERVICES;

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

/** A profile of its own in both files; everything else in them stays byte for byte. */
const writeProfile = (
  profile: string,
  address: ServerAddress,
  key: RootKey,
  extras: readonly Extra[],
): void => {
  if (!/^[A-Za-z0-9_.-]+$/.test(profile))
    throw new UsageError(`--profile takes letters, digits, . _ -, got '${profile}'`);
  const config = awsFile('AWS_CONFIG_FILE', 'config');
  const credentials = awsFile('AWS_SHARED_CREDENTIALS_FILE', 'credentials');
  const services = `longshore-${profile}`;
  edit(config, (text) =>
    putSettings(
      putSettings(text, profile === 'default' ? 'default' : `profile ${profile}`, [
        setting('region', regionOf(address)),
        setting('services', services),
        ...(extras.includes('retries')
          ? [setting('retry_mode', 'standard'), setting('max_attempts', ATTEMPTS)]
          : []),
      ]),
      `services ${services}`,
      servicesOf(extras).map((key) => ({ key, text: `${key} =\n  endpoint_url = ${address.url}` })),
    ),
  );
  if (existsSync(credentials)) chmodSync(credentials, 0o600);
  edit(credentials, (text) =>
    putSettings(dropSettings(text, profile, TOKENS), profile, [
      setting('aws_access_key_id', key.accessKeyId),
      setting('aws_secret_access_key', key.secretAccessKey),
    ]),
  );
  console.log(`wrote profile ${profile} into ${config} and ${credentials}`);
  console.log(`next:  aws --profile ${profile} batch describe-job-queues`);
};

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
  writeFileSync(path, change(existsSync(path) ? readFileSync(path, 'utf8') : ''), { mode: 0o600 });
};
