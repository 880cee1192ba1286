import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '../../domain/refusal.ts';
import { readFilter } from './list-filters.ts';

const ACCOUNT = { partition: 'aws', region: 'us-east-1', account: '012345678910' };

type Filters = Parameters<typeof readFilter>[1];
const one = (name: string, ...values: string[]): Filters => [{ name, values }];

/** Each text whole: who reads it knows what to send instead. */
for (const [rule, filters, text] of [
  ['J-284', [...one('JOB_NAME', 'a'), ...one('JOB_NAME', 'b')], 'filters takes one filter, not 2'],
  ['J-284', one('JOB_NAME'), 'filters[0].values takes one value, not 0'],
  ['J-284', one('JOB_NAME', 'a', 'b', 'c'), 'filters[0].values takes one value, not 3'],
  [
    'J-284',
    one('job_name', 'a'),
    "filters[0].name must be one of JOB_NAME, JOB_DEFINITION, BEFORE_CREATED_AT, AFTER_CREATED_AT, SHARE_IDENTIFIER, got 'job_name'",
  ],
  ['J-287', one('BEFORE_CREATED_AT', '-1'), "filters[0].values must hold milliseconds, got '-1'"],
  ['J-287', one('AFTER_CREATED_AT', '1e3'), "filters[0].values must hold milliseconds, got '1e3'"],
  [
    'J-286',
    one('JOB_DEFINITION', 'arn:aws:batch:us-east-1:012345678910:job-definition/d'),
    "filters[0].values must hold a name or an ARN with a revision, got 'arn:aws:batch:us-east-1:012345678910:job-definition/d'",
  ],
] as const) {
  test(`${rule}: ${JSON.stringify(filters)} is refused: ${text}`, () => {
    const refusal = readFilter(ACCOUNT, filters);
    assert.ok(isRefusal(refusal));
    assert.equal(refusal.message, text);
  });
}

test('J-284: no filter is none', () => assert.equal(readFilter(ACCOUNT, []), undefined));
