import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../test/support/fakes.ts';
import { Limits } from './limits.ts';

const shutOut = (...failing: readonly string[]): Limits => {
  const limits = new Limits(new FakeClock(), undefined);
  for (let n = 0; n < 100; n++) limits.failed(failing[n % failing.length]!);
  return limits;
};

test('A-227: who has a network of IPv6 is counted by it, and has no bucket for each of its addresses', () => {
  const limits = shutOut('2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:0db8:0001:0002:0:0:7:7');
  assert.ok(limits.ofAddress('2001:db8:1:2:aaaa::') > 0);
  assert.equal(limits.ofAddress('2001:db8:1:3::1'), 0);
});

test('A-227: an address of IPv4 is one, however it is written', () => {
  const limits = shutOut('::ffff:10.1.2.3', '10.1.2.3');
  assert.ok(limits.ofAddress('10.1.2.3') > 0);
  assert.equal(limits.ofAddress('10.1.2.4'), 0);
});

test('A-227: loopback is nobody’s own', () => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    assert.equal(shutOut(address).ofAddress(address), 0);
});
