import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ContainerSpec } from '../domain/container.ts';
import { findSecret, readSecrets, secretsOf } from './secrets.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:012345678910:secret:db-AbCdEf';
const PARAMETER = 'arn:aws:ssm:us-east-1:012345678910:parameter/team/key';

const SECRETS = { plain: 'p', [ARN]: '{"user":"u","port":5432}', '/team/key': 'k', 'other-XyZ': 'o' };

const CASES: readonly (readonly [string, string | undefined])[] = [
  ['plain', 'p'],
  [ARN, '{"user":"u","port":5432}'],
  [`${ARN}:user::`, 'u'],
  [`${ARN}:port::`, '5432'],
  [`${ARN}:nothing::`, undefined],
  [PARAMETER, 'k'],
  ['arn:aws:secretsmanager:us-east-1:012345678910:secret:other-XyZ', 'o'],
  ['missing', undefined],
  ['constructor', undefined],
  ['arn:aws:secretsmanager:us-east-1:012345678910:secret:none', undefined],
];

for (const [valueFrom, value] of CASES) {
  test(`J-316: valueFrom ${valueFrom} is ${value}`, () => {
    assert.equal(findSecret(SECRETS, valueFrom), value);
  });
}

const fileOf = (t: TestContext, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-secrets-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'secrets.json'), text);
  return join(folder, 'secrets.json');
};

for (const text of ['{"a": top-secret', '["top-secret"]', '{"a": {"b": "top-secret"}}', 'null']) {
  test(`a file of secrets that cannot be used (${text}) is told without what it holds`, (t) => {
    const path = fileOf(t, text);
    assert.throws(
      () => readSecrets(path),
      (error: Error) => error.message.includes(path) && !error.message.includes('top-secret'),
    );
  });
}

for (const [name, valueFrom, words] of [
  ['', 'fine', /a secret's name/],
  ['A=B', 'fine', /a secret's name/],
  ['A', 'nul', /secret nul holds a NUL/],
] as const) {
  test(`J-316: a secret that no variable can hold is refused without its value: '${name}' from ${valueFrom}`, (t) => {
    const path = fileOf(t, JSON.stringify({ fine: 'top-secret', nul: 'top-secret\0' }));
    const container = { secrets: [{ name, valueFrom }] } as unknown as ContainerSpec;
    assert.throws(
      () => secretsOf(container, path),
      (error: Error) => words.test(error.message) && !error.message.includes('top-secret'),
    );
  });
}
