import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAccess } from './read-file.ts';

const lines = (...all: string[]): string => all.join('\n');
const said = (text: string) => readAccess('f', text).said;
const refused = (text: string, message: string | RegExp): void =>
  assert.throws(() => readAccess('f', text), { name: 'UsageError', message });

test('A-230: what the file does not name is none', () => {
  const { users, ...rest } = said('{"users": [{"name": "ann", "groups": ["lab"]}]}');
  assert.deepEqual(users, [{ name: 'ann', groups: ['lab'] }]);
  assert.deepEqual(rest, { policies: [], groups: [], roles: [], providers: [], limits: [] });
});

test('A-230: what is no JSON is told with its line', () => {
  refused(lines('{', '"users": x', '}'), 'f:2: a value is expected here');
  refused(lines('{', '"users": [],', '}'), 'f:3: the name of a member is expected here, in double quotes');
  refused(lines('{', '"users": [', '1 2]}'), 'f:3: a comma or ] is expected here');
  refused(lines('{', '"users" []}'), 'f:2: : is expected here');
  refused(lines('{', '"users": [{"name": "ann'), 'f:2: a value is expected here');
  refused(lines('{', '"users": ['), 'f:2: the file ends too early');
  refused('', 'f:1: the file ends too early');
  refused('{} {}', 'f:1: nothing follows here');
  refused(lines('{"users": [],', '"groups": [], "users": []}'), 'f:2: users is there twice');
  refused(`{"users": ${'['.repeat(1000)}`, 'f:1: it is nested too deep');
  refused('[01]', 'f:1: a value is expected here');
});

test('A-230: what is no member, or is no such value, is told with its line and its place', () => {
  refused('[]', 'f:1: an object is expected here');
  refused(
    lines('{', '"user": []}'),
    /^f:2: user: there is no such section: they are policies, groups, users/,
  );
  refused(
    lines('{"users": [', '{"name": "ann",', '"secret": "x"}]}'),
    /^f:3: users\[0\]\.secret: there is no such member/,
  );
  refused(lines('{"users": [', '{"name": "ann"},', '{"groups": []}]}'), 'f:3: users[1]: name is missing');
  refused(lines('{"users": [', '{"name": 3}]}'), 'f:2: users[0].name: a text is expected here');
  refused(
    '{"users": [{"name": "ann", "groups": "lab"}]}',
    'f:1: users[0].groups: a list of texts is expected here',
  );
  refused('{"users": [{"name": "ann", "tags": {"k": 1}}]}', /^f:1: users\[0\]\.tags: texts by/);
  for (const value of ['{}', 'null', '0'])
    refused(`{"users": ${value}}`, 'f:1: users: a list is expected here');
  refused(
    '{"roles": [{"name": "r", "trust": {}, "maxSession": 0}]}',
    /^f:1: roles\[0\]\.maxSession: a whole/,
  );
  refused('{"users": [{"name": "ann", "__proto__": {}}]}', /there is no such member/);
});

test('A-005 A-230: names have no case, also in a file', () => {
  refused(
    lines('{"users": [{"name": "ann"},', '{"name": "Ann"}]}'),
    'f:2: users[1].name: Ann is there twice',
  );
  said('{"users": [{"name": "ann"}], "groups": [{"name": "ann"}]}');
});

const statement = (more: object = {}) => ({ Effect: 'Allow', Action: 'a:b', Resource: '*', ...more });
const document = (more: object = {}, version = '2012-10-17') => ({
  Version: version,
  Statement: statement(more),
});

test('A-230: a document that the service would refuse is told before anything is asked', () => {
  const text = (file: object) => JSON.stringify(file);
  said(text({ policies: [{ name: 'p', document: document() }] }));
  refused(
    text({ policies: [{ name: 'p', document: document({ Effect: 'Perhaps' }) }] }),
    'f:1: policies[0].document: Syntax errors in policy.',
  );
  refused(
    text({ policies: [{ name: 'p', document: document({}, '2008-10-17') }] }),
    /must be version 2012-10-17/,
  );
  refused(
    text({ users: [{ name: 'ann', inline: { p: document({ Action: 'b' }) } }] }),
    /^f:1: users\[0\]\.inline\.p: Actions\/Conditions must be prefaced/,
  );
  refused(text({ roles: [{ name: 'r', trust: document() }] }), /^f:1: roles\[0\]\.trust: /);
});

test('A-230: texts of many megabytes are read, and a mark at the beginning of the file is passed over', () => {
  const long = 'x\u00e9'.repeat(10_000_000);
  refused(
    `{"users": [{"name": "ann", "secret": "${long}"}]}`,
    /^f:1: users\[0\]\.secret: there is no such member/,
  );
  assert.deepEqual(said(`\ufeff${' '.repeat(20_000_000)}{"users": []}`).users, []);
  refused('{"users": "a\\x"}', 'f:1: a value is expected here');
  refused('{"users": "a\nb"}', 'f:1: a value is expected here');
  refused('{"a\\u00e9\\"": 1}', /^f:1: aé": there is no such section/);
});

test('A-222 A-230: whose a limit is must be a name', () => {
  for (const name of [
    'ROLE/x',
    'arn:aws:batch:us-east-1:1:job-queue/q',
    'queue/arn:aws:batch:x',
    'group/g',
    'role/a b',
    '/',
  ])
    refused(
      lines('{"limits": [', JSON.stringify({ name, jobs: 1 }), ']}'),
      'f:2: limits[0].name: a user, role/NAME or queue/NAME is expected here',
    );
  said('{"limits": [{"name": "a.b@c"}, {"name": "role/x"}, {"name": "queue/a_b-c"}, {"name": "user/x"}]}');
});
