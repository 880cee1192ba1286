import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionOf } from './condition.ts';
import { contextOf, type Value } from './context.ts';
import { OPERATORS } from './operators.ts';

/** Whether it holds for the value of `k`, which is absent when undefined. */
const holds = (
  operator: string,
  values: readonly string[],
  given: Value | undefined,
  more: Record<string, Value> = {},
): boolean =>
  conditionOf(
    { operator, key: 'k', values },
    true,
  )(contextOf({ ...more, ...(given !== undefined && { k: given }) }));

test('A-129: without the key every operator but the negated ones fails, and passes with IfExists', () => {
  assert.equal(OPERATORS.size, 26);
  for (const [name, { negated }] of OPERATORS) {
    assert.equal(holds(name, ['1'], undefined), negated, name);
    assert.equal(negated, name.includes('Not'), name);
    assert.equal(holds(`${name}IfExists`, ['1'], undefined), true, name);
    for (const none of [undefined, []]) {
      assert.equal(holds(`ForAllValues:${name}`, ['1'], none), true, name);
      assert.equal(holds(`ForAnyValue:${name}`, ['1'], none), false, name);
    }
  }
});

test('A-099: a list without values is never true of positive operators, always of negated ones', () => {
  for (const [name, { negated }] of OPERATORS) assert.equal(holds(name, [], '1'), negated, name);
});

test('A-130: Null asks whether the key is there; an empty text is, an empty list is not', () => {
  for (const [given, absent] of [
    [undefined, true],
    [[], true],
    ['', false],
    ['x', false],
  ] as const) {
    assert.equal(holds('Null', ['true'], given), absent);
    assert.equal(holds('Null', ['False'], given), !absent);
  }
});

test('A-131: to the operators that know no wildcards a star is a star', () => {
  assert.equal(holds('StringEquals', ['lo*'], 'lo*'), true);
  assert.equal(holds('StringEquals', ['lo*'], 'lo'), false);
  assert.equal(holds('StringEqualsIgnoreCase', ['LO?'], 'lo?'), true);
  assert.equal(holds('StringLike', ['lo*'], 'low'), true);
});

test('A-132: what is no number fits nothing, in the request or in the policy', () => {
  for (const wrong of ['', ' ', 'ten', '0x10', '1,5', 'Infinity', '1e']) {
    assert.equal(holds('NumericLessThan', ['5'], wrong), false, wrong);
    assert.equal(holds('NumericGreaterThanEquals', [wrong], '5'), false, wrong);
    assert.equal(holds('NumericNotEquals', ['5'], wrong), true, wrong);
  }
  for (const same of ['5', '5.0', '+5', '05', '.5e1', '5.'])
    assert.equal(holds('NumericEquals', ['5'], same), true, same);
});

for (const [one, other, order] of [
  ['2026-06-01T12:00:00Z', '2026-06-01T14:00:00+02:00', 0],
  ['2026-06-01T12:00:00Z', '2026-06-01T12:00Z', 0],
  ['2026-06-01T12:00:00Z', '2026-06-01T06:30:00-05:30', 0],
  ['2026-06-01', '1780272000', 0],
  ['2026', '2026-01-01', -1],
  ['2026-06-01T12:00:00.001Z', '2026-06-01T12:00:00Z', 1],
  ['0050-01-01', '1950-01-01', -1],
] as const) {
  test(`A-133: ${one} is ${['before', 'the moment of', 'after'][order + 1]} ${other}`, () => {
    assert.equal(holds('DateEquals', [other], one), order === 0);
    assert.equal(holds('DateNotEquals', [other], one), order !== 0);
    assert.equal(holds('DateLessThan', [other], one), order < 0);
    assert.equal(holds('DateLessThanEquals', [other], one), order <= 0);
    assert.equal(holds('DateGreaterThan', [other], one), order > 0);
    assert.equal(holds('DateGreaterThanEquals', [other], one), order >= 0);
  });
}

test('A-134: Bool knows the two words in any case, and no others', () => {
  assert.equal(holds('Bool', ['True'], 'TRUE'), true);
  assert.equal(holds('Bool', ['false'], 'true'), false);
  assert.equal(holds('Bool', ['yes'], 'yes'), false);
});

test('A-135: BinaryEquals compares bytes, not spellings', () => {
  assert.equal(holds('BinaryEquals', ['aGVsbG8='], 'aGVsbG8'), true);
  assert.equal(holds('BinaryEquals', ['aGVsbG8='], 'aGVsbG9v'), false);
  assert.equal(holds('BinaryEquals', ['!'], '!'), false);
});

for (const [range, address, within] of [
  ['::ffff:10.0.0.0/104', '10.9.9.9', true],
  ['10.0.0.0/8', '::ffff:10.9.9.9', true],
  ['10.0.0.0/8', '::FFFF:0a09:0909', true],
  ['::ffff:10.0.0.0/104', '11.9.9.9', false],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', '::1', true],
  ['::/0', '1.2.3.4', false],
  ['2001:db8::1', '2001:db8:0::0:1', true],
  ['2001:db8::1', '2001:db8::2', false],
  ['64:ff9b::1.2.3.4', '64:ff9b::102:304', true],
  ['10.0.0.0/33', '10.0.0.0', false],
  ['10.0.0.0/', '10.0.0.0', false],
  ['10.0.0.0/8/8', '10.0.0.0', false],
  ['10.0.0', '10.0.0.0', false],
  ['*', '10.0.0.0', false],
  ['fe80::/10', 'fe80::1%eth0', false],
  ['10.0.0.0/8', 'nowhere', false],
] as const) {
  test(`A-136: ${address} is ${within ? '' : 'not '}in ${range}`, () => {
    assert.equal(holds('IpAddress', [range], address), within);
    assert.equal(holds('NotIpAddress', [range], address), !within);
  });
}

for (const [pattern, given, like] of [
  ['arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/a:b/c', true],
  ['arn:aws:iam::1:role/?', 'arn:aws:iam::1:role/ab', false],
  ['arn:*:iam::*:role/a', 'arn:aws:iam::1:role/a', true],
  ['arn:aws:iam::1*role/a', 'arn:aws:iam::1:role/a', false],
  ['arn:aws:iam::1', 'arn:aws:iam::1:role/a', false],
  ['*', 'arn:aws:iam::1:role/a', false],
  ['arn:aws:iam::1:*', 'arn:aws:iam::1', false],
  [`\${who}`, 'arn:aws:iam::1:user/*:x', true],
  [`\${who}`, 'arn:aws:iam::1:user/a:x', false],
  [`arn:aws:iam::\${account}:*`, 'arn:aws:iam::1:user/a', true],
  [`arn:aws:iam::\${nobody}:*`, 'arn:aws:iam::1:user/a', false],
] as const) {
  test(`A-137: ${given} is ${like ? '' : 'not '}like ${pattern}`, () => {
    const more = { who: 'arn:aws:iam::1:user/*:x', account: '1' };
    for (const operator of ['ArnEquals', 'ArnLike'])
      assert.equal(holds(operator, [pattern], given, more), like);
    for (const operator of ['ArnNotEquals', 'ArnNotLike'])
      assert.equal(holds(operator, [pattern], given, more), !like);
  });
}

test('A-138: ForAllValues and ForAnyValue ask each value of the request', () => {
  for (const [given, all, any] of [
    [['a', 'b'], true, true],
    [['a', 'x'], false, true],
    [['x', 'y'], false, false],
    ['a', true, true],
  ] as const) {
    assert.equal(holds('ForAllValues:StringEquals', ['a', 'b'], given), all);
    assert.equal(holds('ForAnyValue:StringEquals', ['a', 'b'], given), any);
    assert.equal(holds('ForAllValues:StringNotEquals', ['a', 'b'], given), !any);
    assert.equal(holds('ForAnyValue:StringNotEquals', ['a', 'b'], given), !all);
  }
});

test('A-139: several values without a set operator: any is enough, and all must differ', () => {
  assert.equal(holds('StringEquals', ['a'], ['x', 'a']), true);
  assert.equal(holds('StringEquals', ['a'], ['x', 'y']), false);
  assert.equal(holds('StringNotEquals', ['a'], ['x', 'y']), true);
  assert.equal(holds('StringNotEquals', ['a'], ['x', 'a']), false);
});

for (const [value, given, equal] of [
  [`\${name}`, 'ann', true],
  [`\${NAME}`, 'ann', true],
  [`\${ name }`, 'ann', true],
  [`\${nobody, 'all'}`, 'all', true],
  [`\${name, 'all'}`, 'all', false],
  [`\${nobody, 'a, b'}`, 'a, b', true],
  [`\${nobody,''}`, '', true],
  [`\${nobody, all}`, 'all', false],
  [`\${nobody}`, '', false],
  [`\${several}`, 'a', false],
  [`\${$}{name}`, `\${name}`, true],
  [`\${name`, `\${name`, true],
  ['$name', '$name', true],
  [`\${?}\${*}`, '?*', true],
  [`\${tricky}`, `\${name}`, true],
  [`\${tricky}`, 'ann', false],
] as const) {
  test(`A-122 A-123 A-126: ${value} ${equal ? 'equals' : 'is not'} ${JSON.stringify(given)}`, () => {
    const more = { name: 'ann', several: ['a', 'b'], tricky: `\${name}` };
    assert.equal(holds('StringEquals', [value], given, more), equal);
    assert.equal(holds('StringLike', [value], given, more), equal);
    assert.equal(holds('StringEqualsIgnoreCase', [value.toUpperCase()], given, more), equal);
    assert.equal(holds('StringNotEquals', [value], given, more), !equal);
  });
}
