import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  dataDirOf,
  defaultDataDir,
  jobPath,
  parseAccount,
  parseCapacity,
  parseEfs,
  parseKeep,
  parsePort,
  parseRate,
  parseRegion,
  parseSeconds,
  UsageError,
} from './config.ts';

test('the data folder is $LONGSHORE_DATA, else .longshore at home', () => {
  assert.equal(defaultDataDir({ LONGSHORE_DATA: '/data', HOME: '/home/a' }), '/data');
  assert.equal(defaultDataDir({ HOME: '/home/a' }), '/home/a/.longshore');
  assert.equal(defaultDataDir({ LONGSHORE_DATA: '', HOME: '' }), join(userInfo().homedir, '.longshore'));
});

test('--data is a folder, made absolute; an empty one is refused, not the current folder', () => {
  assert.equal(dataDirOf('/data/./x', {}), '/data/x');
  assert.equal(dataDirOf(undefined, { LONGSHORE_DATA: '/data' }), '/data');
  assert.throws(() => dataDirOf('', { LONGSHORE_DATA: '/data' }), UsageError);
});

test('a capacity is vCPUs and memory, in either order and unit', () => {
  const expected = { milliVcpus: 4000, memoryMiB: 16_384, gpus: 0 };
  assert.deepEqual(parseCapacity('vcpus=4,memory=16GiB'), expected);
  assert.deepEqual(parseCapacity('memory=16384MiB,vcpus=4'), expected);
  assert.equal(parseCapacity('vcpus=4,memory=16GiB,gpus=2').gpus, 2);
  assert.deepEqual(parseCapacity('vcpus=0.5,memory=1.5GiB'), { milliVcpus: 500, memoryMiB: 1536, gpus: 0 });
});

const WRONG_CAPACITIES = [
  '',
  'vcpus=4',
  'memory=1GiB',
  'vcpus=0,memory=1GiB',
  'vcpus=-1,memory=1GiB',
  'vcpus=Infinity,memory=1GiB',
  'vcpus=0.0001,memory=1GiB',
  'vcpus=four,memory=1GiB',
  'vcpus=4,memory=1',
  'vcpus=4,memory=1GB',
  'vcpus=4,memory=0MiB',
  'vcpus=4,memory=1GiB,gpus=half',
  'vcpus=4,memory=1GiB,gpus=',
  'vcpus=4,memory=1GiB,disks=1',
];

for (const text of WRONG_CAPACITIES) {
  test(`the capacity '${text}' is refused`, () => {
    assert.throws(() => parseCapacity(text), UsageError);
  });
}

test('a port is a number from 0 to 65535', () => {
  assert.equal(parsePort('0'), 0);
  assert.equal(parsePort('65535'), 65_535);
  for (const text of ['', '-1', '65536', '80.5', '0x50', 'http'])
    assert.throws(() => parsePort(text), UsageError, text);
});

test('seconds are a whole number; what is refused is told the most there may be', () => {
  assert.deepEqual(
    ['0', '120', '999999999'].map((text) => parseSeconds('--x', text)),
    [0, 120, 999_999_999],
  );
  for (const text of ['', '-1', '1.5', '2m', '1000000000', '99999999999']) {
    const told = `--x takes a whole number of seconds, at most 999999999, got '${text}'`;
    assert.throws(() => parseSeconds('--x', text), new UsageError(told));
  }
});

test('an account is twelve digits', () => {
  assert.equal(parseAccount('000000000000'), '000000000000');
  for (const text of ['', '12345678901', '1234567890123', '12345678901a'])
    assert.throws(() => parseAccount(text), UsageError, text);
});

test("a region is named as AWS's are, or any", () => {
  for (const text of ['us-east-1', 'cn-north-1', 'us-gov-west-1', 'any'])
    assert.equal(parseRegion(text), text);
  for (const text of ['', 'us', 'us-east', 'US-EAST-1', 'us-east-1a', 'anywhere'])
    assert.throws(() => parseRegion(text), UsageError, text);
});

test('J-147: --keep-jobs takes days, hours from 24 on, or forever; anything else is refused', () => {
  assert.equal(parseKeep('7d'), 604_800_000);
  assert.equal(parseKeep('24h'), 86_400_000);
  assert.equal(parseKeep('forever'), undefined);
  for (const text of ['', '23h', '0d', '7', 'd', '1.5d', '-7d', '7 d', 'never'])
    assert.throws(() => parseKeep(text), new RegExp(`--keep-jobs .*'${text}'`));
});

test('the PATH of jobs is the server’s, less what npm put before it', () => {
  const npm = { npm_execpath: '/npm' };
  const gyp = '/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin';
  const cases: [string, NodeJS.ProcessEnv, string][] = [
    [
      '/a/node_modules/.bin:/node_modules/.bin:/usr/bin:/b/node_modules/.bin',
      npm,
      '/usr/bin:/b/node_modules/.bin',
    ],
    [`/a/node_modules/.bin:${gyp}:/usr/bin`, npm, '/usr/bin'],
    // npx, of a package that npm has put aside
    ['/home/a/.npm/_npx/12ab/node_modules/.bin:/usr/bin', npm, '/usr/bin'],
    ['/a/node_modules/.bin:/usr/bin', {}, '/a/node_modules/.bin:/usr/bin'],
    ['/a/node_modules/.bin', npm, '/usr/local/bin:/usr/bin:/bin'],
    ['', {}, '/usr/local/bin:/usr/bin:/bin'],
  ];
  for (const [PATH, env, path] of cases) assert.equal(jobPath({ ...env, PATH }), path);
  assert.equal(jobPath({}), '/usr/local/bin:/usr/bin:/bin');
});

test('--efs: a folder for a file system, for an access point, or for all others', () => {
  assert.deepEqual(
    [...parseEfs(['fs-0123=/mnt/efs', 'fs-0123:fsap-4=/mnt/a=b', '*=/mnt/./all'])],
    [
      ['fs-0123', '/mnt/efs'],
      ['fs-0123:fsap-4', '/mnt/a=b'],
      ['*', '/mnt/all'],
    ],
  );
  for (const wrong of [
    [''],
    ['fs-1'],
    ['fs-1='],
    ['=/mnt'],
    ['efs=/mnt'],
    ['fs-1:x=/mnt'],
    ['fs-1=/a', 'fs-1=/b'],
  ])
    assert.throws(() => parseEfs(wrong), UsageError, String(wrong));
});

test('A-225: nobody is limited on loopback; beyond it 50 requests a second with 200 at once, unless it is said otherwise', () => {
  for (const host of ['127.0.0.1', '::1', 'localhost'])
    assert.equal(parseRate(undefined, undefined, host), undefined);
  for (const host of ['0.0.0.0', '::', '10.0.0.7', 'localhost.example'])
    assert.deepEqual(parseRate(undefined, undefined, host), { perSecond: 50, burst: 200 });
  assert.deepEqual(parseRate('5/s', undefined, '127.0.0.1'), { perSecond: 5, burst: 20 });
  assert.deepEqual(parseRate('0.1/s', undefined, '0.0.0.0'), { perSecond: 0.1, burst: 1 });
  assert.deepEqual(parseRate('5/s', '7', '0.0.0.0'), { perSecond: 5, burst: 7 });
});

test('A-225: what is no rate or burst is refused by its name', () => {
  for (const rate of ['0/s', '5', '5/min', '-1/s', ''])
    assert.throws(() => parseRate(rate, undefined, '::'), /--rate takes requests a second such as 50\/s/);
  for (const burst of ['0', '1.5', 'x', ''])
    assert.throws(() => parseRate('5/s', burst, '::'), /--burst takes a whole number of at least 1/);
  assert.throws(() => parseRate(undefined, '5', '::'), /--burst goes with --rate/);
});
