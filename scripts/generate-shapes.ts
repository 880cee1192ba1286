/**
 * Writes src/api/shapes.gen.ts from the run-time schemas of the AWS SDK's clients: every operation with its path,
 * every structure reachable from one, enumerations by way of the clients' type declarations.
 * Run by `npm run shapes`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

interface Client {
  readonly packageName: string;
  readonly constant: string;
  /** Undefined: all of them. */
  readonly operations?: readonly string[];
}

const CLIENTS: readonly Client[] = [
  { packageName: '@aws-sdk/client-batch', constant: 'BATCH' },
  {
    packageName: '@aws-sdk/client-cloudwatch-logs',
    constant: 'LOGS',
    operations: [
      'CreateLogGroup',
      'CreateLogStream',
      'DescribeLogGroups',
      'DescribeLogStreams',
      'FilterLogEvents',
      'GetLogEvents',
      'PutLogEvents',
    ],
  },
  {
    packageName: '@aws-sdk/client-ecs',
    constant: 'ECS',
    operations: [
      'DescribeClusters',
      'DescribeContainerInstances',
      'DescribeTasks',
      'ListClusters',
      'ListContainerInstances',
      'ListTasks',
    ],
  },
];

/** Numbers that may have a fraction: the schemas do not tell them apart. */
const FRACTIONS: ReadonlySet<string> = new Set(['ShareAttributes.weightFactor']);

/** Integers of 64 bits, where requests may need them: nor do they tell those apart. */
const LONGS: ReadonlySet<string> = new Set([
  'CreateConsumableResourceRequest.totalQuantity',
  'UpdateConsumableResourceRequest.quantity',
  'ConsumableResourceRequirement.quantity',
]);

/** The schema's numbers for simple types; a list adds 64, a map 128. */
const SIMPLE: Record<number, string> = {
  0: 's',
  1: 'i',
  2: 'b',
  4: 't',
  5: 't',
  6: 't',
  7: 't',
  15: 'j',
  21: 'x',
};

// biome-ignore lint/suspicious/noExplicitAny: the schemas are nested arrays without a published type
type Schema = any;

const packageFolder = (name: string): string => dirname(require.resolve(`${name}/package.json`));

/** `interface.member` to the enumeration its declaration names. */
const enumMembers = (folder: string, enums: Record<string, unknown>): Map<string, string> => {
  const members = new Map<string, string>();
  const models = join(folder, 'dist-types/models');
  for (const file of readdirSync(models).filter((f) => /^models_\d+\.d\.ts$/.test(f))) {
    let current = '';
    for (const line of readFileSync(join(models, file), 'utf8').split('\n')) {
      current = /^export interface (\w+)/.exec(line)?.[1] ?? current;
      const member = /^ {4}(\w+)\??: (\w+)(?:\[\])?(?: \| undefined)?;/.exec(line);
      if (member && member[2]! in enums) members.set(`${current}.${member[1]}`, member[2]!);
    }
  }
  return members;
};

/** An enumeration is exported as a record of words that stand for themselves. */
const isEnum = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).length > 0 &&
  Object.values(value).every((word) => typeof word === 'string');

const resolve = (schema: Schema): Schema => (typeof schema === 'function' ? schema() : schema);

/** One letter for a simple type, `[` list of, `{` map of, `@Name` structure. */
const spell = (given: Schema, enumName: string | undefined, found: Map<string, Schema>): string => {
  let schema = resolve(given);
  if (Array.isArray(schema) && schema.length === 2 && typeof schema[0] !== 'string')
    schema = resolve(schema[0]);
  if (typeof schema === 'number') {
    if (schema & 64) return `[${spell(schema & ~64, enumName, found)}`;
    if (schema & 128) return `{${spell(schema & ~128, enumName, found)}`;
    return schema === 0 && enumName ? `e${enumName}` : (SIMPLE[schema] ?? 's');
  }
  if (!Array.isArray(schema)) return 's';
  const kind = schema[0];
  if (kind === 1) return `[${spell(schema[4], enumName, found)}`;
  if (kind === 2) return `{${spell(schema[5], enumName, found)}`;
  if (kind === 3 || kind === 4) {
    const name = schema[2] as string;
    if (!found.has(name)) {
      found.set(name, undefined);
      found.set(name, schema);
    }
    return `@${name}`;
  }
  return spell(schema[3], enumName, found);
};

const describe = async (client: Client): Promise<string> => {
  const folder = packageFolder(client.packageName);
  const exported = require(client.packageName) as Record<string, Schema>;
  const schemas = Object.fromEntries(Object.entries(exported).filter(([name]) => name.endsWith('$')));
  const enums = Object.fromEntries(Object.entries(exported).filter(([, value]) => isEnum(value)));
  const enumOf = enumMembers(folder, enums);
  const found = new Map<string, Schema>();
  const operations: Record<string, unknown> = {};
  for (const schema of Object.values(schemas)) {
    if (!Array.isArray(schema) || schema[0] !== 9) continue;
    const name = schema[2] as string;
    if (client.operations && !client.operations.includes(name)) continue;
    const [method, path] = schema[3]?.http ?? ['POST', '/'];
    const input = spell(schema[4], undefined, found).slice(1);
    const output = spell(schema[5], undefined, found).slice(1);
    operations[name] = { method, path, input, output };
  }
  const shapes: Record<string, Record<string, string>> = {};
  const used = new Set<string>();
  for (const [name, schema] of found) {
    const members: Record<string, string> = {};
    const required = (schema[6] as number | undefined) ?? 0;
    (schema[4] as string[]).forEach((member, at) => {
      const enumName = enumOf.get(`${name}.${member}`);
      const place = `${name}.${member}`;
      const spelled = spell(schema[5][at], enumName, found);
      const type = FRACTIONS.has(place) ? 'f' : LONGS.has(place) ? 'l' : spelled;
      if (enumName) used.add(enumName);
      members[member] = type + (at < required ? '!' : '');
    });
    shapes[name] = members;
  }
  const values = Object.fromEntries([...used].sort().map((name) => [name, Object.values(enums[name]!)]));
  const sorted = Object.fromEntries(Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1)));
  return (
    `export const ${client.constant}: Model = ` +
    `${JSON.stringify({ operations, shapes: sorted, enums: values }, undefined, 1)};\n`
  );
};

const parts = [];
for (const client of CLIENTS) parts.push(await describe(client));
writeFileSync(
  new URL('../src/api/shapes.gen.ts', import.meta.url),
  `// Made by scripts/generate-shapes.ts. Do not edit: run \`npm run shapes\`.\nimport type { Model } from './model.ts';\n\n${parts.join('\n')}`,
);
