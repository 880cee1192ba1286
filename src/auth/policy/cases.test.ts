import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyCases, verdictOn } from '../../../test/support/policies.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { readDocument } from './document.ts';

/** The rules that a group of cases shows, by the first word of its name. */
const RULES: Readonly<Record<string, string>> = {
  basics: 'A-102 A-103',
  boundary: 'A-105 A-107',
  session: 'A-106',
  'all three': 'A-106',
  action: 'A-113 A-114 A-115',
  notaction: 'A-119',
  resource: 'A-116 A-117 A-118',
  notresource: 'A-119',
  variable: 'A-121 A-122 A-124',
  string: 'A-127 A-131',
  ifexists: 'A-129',
  null: 'A-130',
  numeric: 'A-132',
  date: 'A-133',
  bool: 'A-134',
  binary: 'A-135',
  ip: 'A-136',
  arn: 'A-137',
  set: 'A-138',
  tag: 'A-128',
  passrole: 'A-169',
  region: 'A-119',
  trust: 'A-109 A-110',
};

const cases = policyCases();

test('A-101: there are 182 cases with their verdicts, of all groups', () => {
  assert.equal(cases.length, 182);
  assert.deepEqual(
    [...new Set(cases.map(({ name }) => name.split(':')[0]!))].sort(),
    Object.keys(RULES).sort(),
  );
});

for (const one of cases) {
  const [group = ''] = one.name.split(':');
  test(`${RULES[group]}: ${one.name}: ${one.expect}, for ${one.why}`, () => {
    assert.equal(verdictOn(one).kind, one.expect);
  });
}

test('A-095: all of their policies can be saved, but for one whose action has two colons', () => {
  const refused = cases.filter(({ policies }) =>
    policies.some(({ kind, document }) =>
      isRefusal(readDocument(JSON.stringify(document), kind === 'trust' ? 'trust' : 'inline')),
    ),
  );
  assert.deepEqual(
    refused.map(({ name }) => name),
    ['action: variables are not replaced in actions'],
  );
});
