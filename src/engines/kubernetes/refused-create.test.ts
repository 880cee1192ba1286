import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { statusOf } from './parse.ts';
import { refusedAs } from './refused-create.ts';

interface Answer {
  readonly about: string;
  readonly status: number;
  readonly body: unknown;
}

const ANSWERS: Answer[] = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/kubernetes/answers.json', import.meta.url), 'utf8'),
);

/** What the API answered, by what it was about. */
const refused = (about: string) => {
  const answer = ANSWERS.find((one) => one.about === about)!;
  return refusedAs(statusOf(answer.body, answer.status));
};

test('K-150: beyond a quota a pod waits, and the reason is shown', () => {
  const beyond = refused('create beyond a ResourceQuota');
  assert.equal(beyond.kind, 'wait');
  assert.match(beyond.kind === 'wait' ? beyond.why : '', /^waits for a quota: .*exceeded quota: few/);
});

test('K-095: without the right to make pods they wait: it may be given back', () => {
  const message =
    'pods is forbidden: User "x" cannot create resource "pods" in API group "" in the namespace "jobs"';
  assert.equal(refusedAs({ code: 403, message, causes: [] }).kind, 'wait');
});

test('K-121: in a namespace that is not there pods wait: it may be made, and no job is at fault', () => {
  const absent = refused('create in a namespace that is not there');
  assert.deepEqual(absent, { kind: 'wait', why: 'waits for its namespace: namespaces "absent" not found' });
});

for (const about of [
  'create of a pod that is not valid',
  'create without requests where a ResourceQuota counts them',
  'create beyond a LimitRange',
  "create of what the namespace's Pod Security Standard (restricted) forbids",
  'create with a priority class that is not there',
  'create with a service account that is not there',
  'create in a namespace that is being deleted',
])
  test(`K-121: ${about} fails, and the message is whole`, () => {
    const answer = ANSWERS.find((one) => one.about === about)!;
    const { message } = answer.body as { message: string };
    assert.deepEqual(refused(about), { kind: 'failed', reason: `CannotCreateContainerError: ${message}` });
  });
