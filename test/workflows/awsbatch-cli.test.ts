import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { python } from './install.ts';
import { LIMIT, makePlace, type Place } from './place.ts';

/** As a cluster would have left it for its users. */
const settingsOf = (environment: string, queue: string, definition: string): string => `[main]
cluster_name = mine

[cluster mine]
region = us-east-1
s3_bucket = files
artifact_directory = artifacts
batch_cli_requirements = aws-parallelcluster-awsbatch-cli>=1.0.0
compute_environment = ${environment}
job_queue = ${queue}
job_definition = ${definition}
head_node_ip = 127.0.0.1
proxy = NONE
`;

/** Makes what a cluster consists of; its jobs fetch their script by the aws CLI. */
const makeCluster = async ({ batch, folder, others, run }: Place, path: string): Promise<void> => {
  await run('aws', ['s3', 'mb', 's3://files']);
  const { stdout } = await run('sh', ['-c', 'echo $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY']);
  const [id, secret] = stdout.trim().split(' ') as [string, string];
  const environment = Object.entries({
    AWS_ENDPOINT_URL: others,
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    PATH: `${path}:/usr/local/bin:/usr/bin:/bin`,
  }).map(([name, value]) => ({ name, value }));
  const { jobDefinitionArn } = await batch.registerJobDefinition({
    jobDefinitionName: 'cluster',
    type: 'container',
    containerProperties: { image: 'cluster', vcpus: 1, memory: 512, environment },
  });
  const { computeEnvironments = [] } = await batch.describeComputeEnvironments({});
  const { jobQueues = [] } = await batch.describeJobQueues({});
  mkdirSync(join(folder, '.parallelcluster'));
  writeFileSync(
    join(folder, '.parallelcluster', 'awsbatch-cli.cfg'),
    settingsOf(computeEnvironments[0]!.computeEnvironmentArn!, jobQueues[0]!.jobQueueArn!, jobDefinitionArn!),
  );
};

test(
  'ParallelCluster’s awsbatch CLI submits, lists, shows output and machines, and kills',
  LIMIT,
  async (t) => {
    const path = python(t, 'awsbatch-cli', ['aws-parallelcluster-awsbatch-cli==1.6.0', 'awscli==1.45.11']);
    const place = path && (await makePlace(t, path));
    if (!place) return;
    await makeCluster(place, path);
    const cli = async (command: string, ...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await place.run(command, args);
      assert.equal(code, 0, `${command}: ${stdout}${stderr}`);
      return stdout;
    };
    const submit = async (name: string, script: string, ...more: string[]): Promise<string> => {
      writeFileSync(join(place.folder, name), `#!/bin/bash\n${script}\n`);
      const said = await cli('awsbsub', '-jn', name, '-cf', ...more, name);
      return /Job (\S+) \(/.exec(said)![1]!;
    };

    const short = await submit('short', 'echo "printed by $AWS_BATCH_JOB_ID"');
    await place.reaches(short, 'SUCCEEDED');
    assert.match(await cli('awsbout', short), new RegExp(`printed by ${short}$`, 'm'));
    const array = await submit('array', 'echo "child $AWS_BATCH_JOB_ARRAY_INDEX"', '-a', '2');
    await place.reaches(array, 'SUCCEEDED');
    assert.match(await cli('awsbstat', array), new RegExp(`^${array}:1\\s+array\\s+SUCCEEDED`, 'm'));

    const long = await submit('long', 'exec sleep 500');
    await place.reaches(long, 'RUNNING');
    assert.match(await cli('awsbstat'), new RegExp(long));
    assert.match(await cli('awsbqueues'), /^q\s+VALID/m);
    assert.match(await cli('awsbhosts'), /^i-[0-9a-f]{17}\s+\w+\.\w+\s/m);
    await cli('awsbkill', '-r', 'enough', long);
    await place.reaches(long, 'FAILED');
  },
);
