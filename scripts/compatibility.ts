/**
 * Writes docs/compatibility.md from what the code itself goes by: the wire's model, the operations that are bound, the
 * members that are refused, and what each engine makes of a container. Run by `npm run compatibility`; a test compares.
 */
import { writeFileSync } from 'node:fs';
import { EXTENSIONS } from '../src/api/extensions.ts';
import type { Model } from '../src/api/model.ts';
import { BATCH, ECS, LOGS } from '../src/api/shapes.gen.ts';
import { NOT_YET } from '../src/domain/not-yet.ts';
import { supportFor } from '../src/engines/docker/support.ts';
import { supportFor as kubernetesSupportFor } from '../src/engines/kubernetes/pod/support.ts';
import type { MemberRule } from '../src/engines/member-rules.ts';
import { EVERYTHING } from '../src/engines/mounts.ts';
import { supportFor as processSupportFor } from '../src/engines/process/members.ts';
import * as access from '../src/operations/access/index.ts';
import * as consumables from '../src/operations/consumables/index.ts';
import * as definitions from '../src/operations/definitions/index.ts';
import * as ecs from '../src/operations/ecs/index.ts';
import * as environments from '../src/operations/environments/index.ts';
import * as extensions from '../src/operations/extensions/index.ts';
import * as jobs from '../src/operations/jobs/index.ts';
import * as logs from '../src/operations/logs/index.ts';
import * as policies from '../src/operations/policies/index.ts';
import * as queues from '../src/operations/queues/index.ts';
import * as tags from '../src/operations/tags/index.ts';
import { NOTES } from './compatibility-notes.ts';
import { UNTESTED } from './rules-reasons.ts';

const upper = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const HERE = new Set(
  [consumables, definitions, ecs, environments, extensions, jobs, logs, policies, queues, tags]
    .flatMap((operations) => Object.keys(operations))
    .map(upper),
);

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A note that is there so often is told once, before the tables, and has a letter in them. */
const OFTEN = 3;

const statusOf = (shape: string, member: string): [string, string] => {
  const refused = NOT_YET.find((entry) => entry.shape === shape && entry.member === member);
  if (refused) return ['refused (400)', refused.why];
  if (shape === 'ContainerProperties') return ['by engine', 'See “Containers, by engine”.'];
  const note = NOTES[`${shape}.${member}`] ?? '';
  const word = /^(Kept|Ignored|Refused)\b/.exec(note)?.[1] ?? 'done';
  return [
    STATUS[word as keyof typeof STATUS],
    note.replace(/^(Kept|Ignored|Refused): (\w)/, (_, __, c) => c.toUpperCase()),
  ];
};

const STATUS = { done: 'done', Kept: 'kept', Ignored: 'ignored', Refused: 'refused (400)' } as const;

/** A request's members, with those of the structures in it, each structure once. */
const members = (model: Model, shape: string, path: string, seen: Set<string>): string[] => {
  if (seen.has(shape)) return [];
  seen.add(shape);
  return Object.entries(model.shapes[shape] ?? {}).flatMap(([member, type]) => {
    const name = path === '' ? member : `${path}.${member}`;
    const [status, note] = statusOf(shape, member);
    const inner = /@(\w+)/.exec(type)?.[1];
    const list = type.startsWith('[') ? '[]' : '';
    const below = inner && status === 'done' ? members(model, inner, name + list, seen) : [];
    return [row([`\`${name}\``, status, note]), ...below];
  });
};

const section = (model: Model, service: string): string[] => {
  const lines: string[] = [];
  const missing: string[] = [];
  for (const [name, { input }] of Object.entries(model.operations)) {
    if (!HERE.has(name)) {
      missing.push(name);
      continue;
    }
    lines.push(`### ${name}`, '', ...(NOTES[name] ? [NOTES[name]!, ''] : []));
    lines.push(
      row(['member', 'status', 'note']),
      row(['---', '---', '---']),
      ...members(model, input, '', new Set()),
      '',
    );
  }
  return [
    `## ${service}`,
    '',
    ...lines,
    ...(model === EXTENSIONS
      ? []
      : [`Not here yet, answered by an error that says so: ${missing.join(', ') || 'none'}.`, '']),
  ];
};

const MEANS = { used: 'done', unused: 'no meaning here', refused: 'impossible' } as const;

const engines = (): string[] => [
  '## Containers, by engine',
  '',
  'Every member is taken, kept and echoed whatever the engine: a definition is portable. *No meaning here* is said in',
  '`longshore explain` and on `run`’s stderr, not in the log; *impossible* fails the attempt before anything runs, with a reason that names it.',
  '',
  row(['member', ...ENGINES.map(([name]) => `${name} engine`), 'note']),
  row(['---', ...ENGINES.map(() => '---'), '---']),
  ...Object.keys(PROCESS).map((member) => {
    const rules = ENGINES.map(([name, all]) => [name, all[member]!] as const);
    return row([`\`${member}\``, ...rules.map(([, rule]) => meaning(rule)), notes(rules)]);
  }),
  '',
];

/** As an operator has them who refuses nothing. */
const DOCKER = supportFor(EVERYTHING);
const PROCESS = processSupportFor({ permissions: EVERYTHING, gpus: 1, canMount: true });

const KUBERNETES = kubernetesSupportFor({
  permissions: EVERYTHING,
  serviceAccounts: new Map(),
  volumeClaims: new Map(),
});
const ENGINES = [
  ['docker', DOCKER],
  ['kubernetes', KUBERNETES],
  ['process', PROCESS],
] as const;

const meaning = ({ means, when, why }: MemberRule): string =>
  when && (means === 'refused' || why) ? `done, or ${MEANS[means]}` : MEANS[means];

const notes = (rules: readonly (readonly [engine: string, rule: MemberRule])[]): string =>
  rules.flatMap(([engine, { why }]) => (why ? [`${engine}: ${why}`] : [])).join('. ');
/** IAM has no model here: its operations are told by name. */
const iam = (): string[] => [
  '## IAM',
  '',
  `Users, groups, roles, access keys, policies, instance profiles and issuers of identities ([who may do what](access.md)), ${Object.keys(access).length} operations: ${Object.keys(access).map(upper).sort().join(', ')}.`,
  'Those of MFA devices, SSH keys, certificates, service credentials and login profiles answer that there are none. Any other action is an',
  '`InvalidAction`. GetUser of root has no UserName, and the start of the server for CreateDate. GetRole tells no RoleLastUsed. Thumbprints of issuers are kept and not used. GetAccountSummary, GetAccountAuthorizationDetails, ListAccountAliases and service-linked roles are not here.',
  '',
];

const untested = (): string[] => [
  '## What no test shows',
  '',
  'The behaviour is written down as numbered rules, which tests name in their titles. These rules have no test:',
  '',
  row(['rules', 'why']),
  row(['---', '---']),
  ...UNTESTED.map(({ rules, why }) => row([rules.replaceAll(' ', ', '), `${why}.`])),
  '',
];

/** Of each service, how many of its operations are here. */
const summary = (): string[] => [
  '## In short',
  '',
  row(['service', 'operations here', 'of']),
  row(['---', '---', '---']),
  ...SERVICES.map(([name, model, of]) => {
    const all = Object.keys(model.operations);
    const here = all.filter((operation) => HERE.has(operation));
    return row([name, String(here.length), of ?? `today’s ${all.length}`]);
  }),
  row([
    'STS',
    '5',
    'GetCallerIdentity, AssumeRole, AssumeRoleWithWebIdentity, GetSessionToken, GetAccessKeyInfo',
  ]),
  row(['EC2', '1', 'DescribeInstances, for the type and the zone of instances']),
  '',
  '- Here are job definitions, jobs, arrays, dependencies, retries, timeouts, multi-node jobs, queues, environments of all types, jobs that are pods (`eksProperties`), scheduling policies, consumable resources, and tags.',
  '- Not here yet: service jobs and environments, quota shares, and what is named below.',
  '- A job is never taken and then not run: what has no effect here is refused, or the tables say that it is kept and no more.',
  '- Members that the model does not know are ignored, as the service does.',
  '',
];

const SERVICES: readonly (readonly [string, Model, string?])[] = [
  ['AWS Batch (2016-08-10)', BATCH],
  ['CloudWatch Logs', LOGS, 'those that Batch’s users call'],
  ['ECS', ECS, 'those that ARNs in answers lead to'],
  ['Longshore’s own, `/longshore/v1/…`', EXTENSIONS, ''],
];

/** The page's tables with letters for what stands there often, and those letters before them. */
const toldOnce = (lines: readonly string[]): string[] => {
  const noteOf = (line: string) => /^\| `[^|]+` \| [^|]+ \| ([^|]+) \|$/.exec(line)?.[1]?.trim() ?? '';
  const times = new Map<string, number>();
  for (const line of lines) times.set(noteOf(line), (times.get(noteOf(line)) ?? 0) + 1);
  const often = [...times].filter(([note, n]) => note.length > 3 && n >= OFTEN).map(([note]) => note);
  const letter = (note: string) => `(${String.fromCharCode(97 + often.indexOf(note))})`;
  return [
    'What stands in the tables often has a letter there:',
    '',
    ...often.map((note) => `- ${letter(note)} ${note}`),
    '',
    ...lines.map((line) => {
      const note = noteOf(line);
      return often.includes(note) ? line.replace(`| ${note} |`, `| ${letter(note)} |`) : line;
    }),
  ];
};

export const compatibility = (): string =>
  [
    '# Compatibility',
    '',
    'What Longshore makes of each operation and member. This page is made by `npm run compatibility` from the tables the code goes by.',
    '',
    ...summary(),
    '## How to read the tables',
    '',
    'A member is *done* when it means here what it means there; *kept* when it is checked, stored and shown as it was sent,',
    'and does nothing more; *refused* with 400 when its effect is not here yet; *ignored* when it is taken and not shown.',
    'What is said of a structure holds for all that is in it.',
    '',
    ...toldOnce([
      ...section(BATCH, 'AWS Batch'),
      ...engines(),
      ...section(LOGS, 'CloudWatch Logs'),
      ...section(ECS, 'ECS'),
      ...section(EXTENSIONS, 'Extensions'),
    ]),
    ...iam(),
    ...untested(),
  ].join('\n');

if (process.argv[1]?.endsWith('compatibility.ts')) {
  writeFileSync(new URL('../docs/compatibility.md', import.meta.url), compatibility());
}
