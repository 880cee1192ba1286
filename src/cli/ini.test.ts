import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dropSettings, putSettings, settingIn } from './ini.ts';

const REGION = { key: 'region', text: 'region = us-east-1' };
const BATCH = { key: 'batch', text: 'batch =\n  endpoint_url = http://new' };

const CASES: [string, string, string][] = [
  ['an empty file gets the section', '', '[a]\nregion = us-east-1\n'],
  ['a new section goes to the end', '[b]\nx = 1\n', '[b]\nx = 1\n\n[a]\nregion = us-east-1\n'],
  ['a last line without its end gets one', '[b]\nx = 1', '[b]\nx = 1\n\n[a]\nregion = us-east-1\n'],
  ['a setting is replaced in its place', '[a]\nregion=x\ny = 2\n', '[a]\nregion = us-east-1\ny = 2\n'],
  ['other settings of the section stay', '[a]\noutput = json\n', '[a]\noutput = json\nregion = us-east-1\n'],
  [
    "the next section's comment stays with it",
    '[a]\nx = 1\n\n# about b\n[b]\n',
    '[a]\nx = 1\nregion = us-east-1\n\n# about b\n[b]\n',
  ],
  ['an empty last section is filled', '[b]\nx = 1\n[a]', '[b]\nx = 1\n[a]\nregion = us-east-1\n'],
  [
    'a like-named setting of another section stays',
    '[b]\nregion = x\n[a]\nregion = y\n',
    '[b]\nregion = x\n[a]\nregion = us-east-1\n',
  ],
  [
    'a nested setting is no setting of the section',
    '[a]\ns3 =\n  region = x\n',
    '[a]\ns3 =\n  region = x\nregion = us-east-1\n',
  ],
  ['lines ending in CR LF stay so', '[a]\r\nx = 1\r\n', '[a]\r\nx = 1\r\nregion = us-east-1\r\n'],
  ['a section may be spaced otherwise', '[ a ]\nregion = x\n', '[ a ]\nregion = us-east-1\n'],
];

for (const [title, before, after] of CASES) {
  test(title, () => {
    assert.equal(putSettings(before, 'a', [REGION]), after);
    assert.equal(putSettings(after, 'a', [REGION]), after, 'a second time changes nothing');
  });
}

test('a setting with nested lines is replaced with them, and what follows stays', () => {
  const before =
    '[services s]\nbatch =\n  endpoint_url = http://old\n  other = 1\nsts =\n  endpoint_url = http://sts\n';
  const after = '[services s]\nbatch =\n  endpoint_url = http://new\nsts =\n  endpoint_url = http://sts\n';
  assert.equal(putSettings(before, 'services s', [BATCH]), after);
});

test('a value is written as it is, whatever signs it holds', () => {
  const key = { key: 'k', text: "k = a$&b$1'+/" };
  assert.equal(putSettings('[a]\nk = old\n', 'a', [key]), "[a]\nk = a$&b$1'+/\n");
});

for (const [title, before, after] of [
  [
    'a setting goes from its section alone',
    '[b]\nt = 1\n[a]\nt = 1\n  u = 2\nx = 1\n',
    '[b]\nt = 1\n[a]\nx = 1\n',
  ],
  ['a section without the setting stays as it is', '[a]\nx = 1', '[a]\nx = 1'],
  ['a file without the section stays as it is', '# t\n[b]\r\nt = 1\r\n', '# t\n[b]\r\nt = 1\r\n'],
  [
    'a setting of a like name stays',
    '[a]\ntt = 1\nt=2\n\n# about b\n[b]\n',
    '[a]\ntt = 1\n\n# about b\n[b]\n',
  ],
] as const) {
  test(title, () => assert.equal(dropSettings(before, 'a', ['t']), after));
}

test('a setting is read in its own section alone', () => {
  const text = '[a]\nx = 1\n[b]\r\n  deep = 0\r\nx=2 \r\nxy = 3\n';
  assert.equal(settingIn(text, 'a', 'x'), '1');
  assert.equal(settingIn(text, 'b', 'x'), '2');
  for (const [section, key] of [
    ['a', 'xy'],
    ['b', 'deep'],
    ['c', 'x'],
  ] as const)
    assert.equal(settingIn(text, section, key), undefined);
});
