import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HIDDEN, withoutSecrets } from './hidden.ts';

test('A-190: values of environments and parameters, words of commands and secrets are hidden, names stay', () => {
  const shown = withoutSecrets({
    jobName: 'j',
    parameters: { sample: 'p1', token: 'p2' },
    containerOverrides: {
      command: ['c1', 'c2'],
      environment: [{ name: 'API_KEY', value: 'v1' }, 'v2', { value: ['v3'] }],
      memory: 64,
    },
    containerProperties: {
      image: 'busybox',
      secrets: [{ name: 'DB', valueFrom: 'v4' }],
      logConfiguration: {
        options: { 'splunk-token': 'v5', 'awslogs-group': 'v8' },
        secretOptions: [{ name: 'x', valueFrom: 'v6' }],
      },
    },
    clientToken: 'v7',
    tags: { team: 'red' },
  });
  assert.doesNotMatch(JSON.stringify(shown), /[vpc]\d/);
  assert.deepEqual(shown, {
    jobName: 'j',
    parameters: { sample: HIDDEN, token: HIDDEN },
    containerOverrides: {
      command: [HIDDEN, HIDDEN],
      environment: [{ name: 'API_KEY', value: HIDDEN }, HIDDEN, { value: HIDDEN }],
      memory: 64,
    },
    containerProperties: {
      image: 'busybox',
      secrets: [{ name: 'DB', valueFrom: HIDDEN }],
      logConfiguration: {
        options: { 'splunk-token': HIDDEN, 'awslogs-group': HIDDEN },
        secretOptions: [{ name: 'x', valueFrom: HIDDEN }],
      },
    },
    clientToken: HIDDEN,
    tags: { team: 'red' },
  });
});

test('A-190: pods name their words and variables otherwise', () => {
  const container = { image: 'i', command: ['c'], args: ['a'], env: [{ name: 'N', value: 'v' }] };
  assert.deepEqual(withoutSecrets({ eksProperties: { podProperties: { containers: [container] } } }), {
    eksProperties: {
      podProperties: {
        containers: [{ image: 'i', command: [HIDDEN], args: [HIDDEN], env: [{ name: 'N', value: HIDDEN }] }],
      },
    },
  });
});

test('A-190: whom a web identity’s token speaks of is told, the token is not', () => {
  assert.deepEqual(withoutSecrets({ SubjectFromWebIdentityToken: 'ann', WebIdentityToken: 't' }, true), {
    subjectFromWebIdentityToken: 'ann',
    webIdentityToken: HIDDEN,
  });
});

test('A-012 A-190: the secret of a new key and the token of a session are hidden, in CloudTrail’s letters', () => {
  assert.deepEqual(
    withoutSecrets(
      { AccessKey: { UserName: 'ann', AccessKeyId: 'AKIA', SecretAccessKey: 's', SessionToken: 't' } },
      true,
    ),
    { accessKey: { userName: 'ann', accessKeyId: 'AKIA', secretAccessKey: HIDDEN, sessionToken: HIDDEN } },
  );
});
