import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Batch } from '@aws-sdk/client-batch';
import { readRootKey } from '../../src/main/data-folder.ts';
import { collect, later, startServe, tempFolder } from '../support/cli.ts';
import { environmentOf } from '../support/clients.ts';
import { asRoot, type Target } from '../support/iam.ts';

/*
 * Terraform compares what it reads with what it wrote: a plan that is not empty after an apply tells of whatever is
 * shown otherwise than it was sent, or of what was made up.
 */

/** Where the provider is looked for beside Terraform's own places: a folder in the form of a mirror of plugins. */
const PLUGINS = process.env.LONGSHORE_TEST_TERRAFORM_PLUGINS ?? '/opt/tf-plugins';

const COMMAND_MILLISECONDS = 400_000;
const TEST_MILLISECONDS = 1_500_000;

type Terraform = (
  ...args: readonly string[]
) => Promise<{ readonly code: number | null; readonly said: string }>;

/** Terraform in a folder with the files of this one; undefined, and the test left out, where it cannot be had. */
const startTerraform = async (t: TestContext, env: NodeJS.ProcessEnv): Promise<Terraform | undefined> => {
  if (spawnSync('terraform', ['version'], { stdio: 'ignore' }).status !== 0) {
    t.skip('left out: there is no terraform');
    return undefined;
  }
  const folder = tempFolder(t);
  for (const path of globSync(fileURLToPath(new URL('*.tf', import.meta.url))))
    copyFileSync(path, join(folder, basename(path)));
  const terraform: Terraform = async (...args) => {
    const child = spawn('terraform', args, {
      cwd: folder,
      env: { ...env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    later(t, () => child.kill());
    const { code, stdout, stderr } = await collect(child, COMMAND_MILLISECONDS).ended;
    return { code, said: `${stdout}${stderr}` };
  };
  const plugins = existsSync(PLUGINS) ? [`-plugin-dir=${PLUGINS}`] : [];
  const { code, said } = await terraform('init', '-input=false', '-no-color', ...plugins);
  if (code === 0) return terraform;
  const why = said.split('\n').find((line) => line.startsWith('Error')) ?? 'terraform init failed';
  t.skip(`left out: no Terraform with its provider of AWS: ${why}`);
  return undefined;
};

/** The names of what is there, environments, queues and policies; definitions with each ACTIVE revision. */
const thereOn = async (batch: Batch): Promise<{ places: string[]; revisions: string[] }> => {
  const { computeEnvironments = [] } = await batch.describeComputeEnvironments({});
  const { jobQueues = [] } = await batch.describeJobQueues({});
  const { schedulingPolicies = [] } = await batch.listSchedulingPolicies({});
  const { jobDefinitions = [] } = await batch.describeJobDefinitions({ status: 'ACTIVE' });
  return {
    places: [
      ...computeEnvironments.map((e) => e.computeEnvironmentName!),
      ...jobQueues.map((q) => q.jobQueueName!),
      ...schedulingPolicies.map(({ arn }) => arn!.split('/')[1]!),
    ],
    revisions: jobDefinitions.map((d) => `${d.jobDefinitionName}:${d.revision}`),
  };
};

/** Of IAM, by what it is: the names of what is there. */
const accessOn = async (server: Target): Promise<Record<string, string[]>> => {
  const found: Record<string, string[]> = {};
  for (const [list, member] of [
    ['ListUsers', 'UserName'],
    ['ListGroups', 'GroupName'],
    ['ListRoles', 'RoleName'],
    ['ListPolicies', 'PolicyName'],
    ['ListInstanceProfiles', 'InstanceProfileName'],
    ['ListOpenIDConnectProviders', 'Arn'],
  ] as const) {
    // of policies those of the account
    const text = await asRoot(server, list, { Scope: 'Local' });
    const names = [...text.matchAll(new RegExp(`<${member}>([^<]*)<`, 'g'))].map(([, name]) => name!);
    // a profile shows the role in it, too
    found[member] = [...new Set(names)].filter((name) => !name.startsWith('tf-plain-'));
  }
  return found;
};

const ACCESS = {
  UserName: ['tf-ann', 'tf-ben'],
  GroupName: ['tf-other', 'tf-spare', 'tf-team'],
  RoleName: ['tf-job'],
  PolicyName: ['tf-shared', 'tf-submit'],
  InstanceProfileName: ['tf-host'],
  Arn: ['arn:aws:iam::000000000000:oidc-provider/token.actions.example.com/tf'],
};
const CHANGED = {
  ...ACCESS,
  UserName: ['tf-ann', 'tf-benjamin'],
  GroupName: ['tf-other', 'tf-spare', 'tf-teams'],
};
const NOTHING = Object.fromEntries(Object.keys(ACCESS).map((member) => [member, []]));

/** Of those that have tags in the files here. */
const tagsOn = async (batch: Batch): Promise<unknown[]> => {
  const { computeEnvironments } = await batch.describeComputeEnvironments({
    computeEnvironments: ['tf-ec2'],
  });
  const { jobQueues } = await batch.describeJobQueues({ jobQueues: ['tf-ec2'] });
  const jobDefinitions = ['tf-ec2:2', 'tf-older:1'];
  const named = await batch.describeJobDefinitions({ jobDefinitions });
  const { schedulingPolicies } = await batch.describeSchedulingPolicies({
    arns: ['arn:aws:batch:us-east-1:000000000000:scheduling-policy/tf-teams'],
  });
  return [...computeEnvironments!, ...jobQueues!, ...named.jobDefinitions!, ...schedulingPolicies!].map(
    ({ tags }) => tags,
  );
};

test('A-052: Terraform applies, rests, changes, rests and destroys', {
  timeout: TEST_MILLISECONDS,
}, async (t) => {
  const { url, dataDir } = await startServe(t, [], { lifeMilliseconds: TEST_MILLISECONDS });
  const env = await environmentOf(dataDir);
  const terraform = await startTerraform(t, env);
  if (!terraform) return;
  const batch = new Batch({
    endpoint: url,
    region: env.AWS_REGION!,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! },
  });
  t.after(() => batch.destroy());
  const server = { url, rootKey: readRootKey(dataDir) };
  const variables = ['-input=false', '-no-color', '-var', `server=${url}`];
  const changed = ['-var', 'changed=true'];
  const does = async (...args: readonly string[]) => {
    const { code, said } = await terraform(...args, ...variables);
    assert.equal(code, 0, said);
  };
  /** A plan that is empty ends with 0, another with 2. */
  const rests = (...more: readonly string[]) => does('plan', '-detailed-exitcode', ...more);

  await does('apply', '-auto-approve');
  const first = await thereOn(batch);
  assert.equal(first.places.length, 10);
  assert.ok(first.revisions.length >= 18 && first.revisions.every((name) => name.endsWith(':1')));
  await rests();

  assert.deepEqual(await accessOn(server), ACCESS);

  await does('apply', '-auto-approve', ...changed);
  const second = await thereOn(batch);
  assert.deepEqual(second.places.sort(), first.places.sort());
  const anew = second.revisions.filter((name) => !name.endsWith(':1'));
  assert.deepEqual(anew.sort(), [
    'tf-attempts:2',
    'tf-ec2:2',
    'tf-nodes:2',
    'tf-plain:2',
    'tf-retries:2',
    'tf-shared:2',
  ]);
  assert.equal(second.revisions.length, first.revisions.length + 1, 'one keeps its former revision');
  await rests(...changed);
  assert.deepEqual(await tagsOn(batch), Array(5).fill({ team: 'blue', 'cost centre': '10 @ 5/6' }));

  assert.deepEqual(await accessOn(server), CHANGED);

  await does('destroy', '-auto-approve', ...changed);
  assert.deepEqual(await thereOn(batch), { places: [], revisions: [] });
  assert.deepEqual(await accessOn(server), NOTHING);
});
