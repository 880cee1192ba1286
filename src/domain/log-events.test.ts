import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginsEvent, faultOfEvents } from './log-events.ts';

const PATTERN = 'awslogs-multiline-pattern';
const FORMAT = 'awslogs-datetime-format';

for (const [format, yes, no] of [
  ['%a', ['Mon', 'on Sunday'], ['mon', 'Monat'.slice(2)]],
  ['%A', ['Wednesday'], ['Wed']],
  ['%b', ['Sept'], ['sep']],
  ['%B', ['May', 'December'], ['Dec']],
  ['^%d$', ['01', '29', '31'], ['00', '32', '1']],
  ['^%f$', ['012345'], ['12345']],
  ['^%H$', ['00', '19', '23'], ['24', '7']],
  ['^%I$', ['01', '12'], ['13']],
  ['^%j$', ['001', '299', '366'], ['000', '367']],
  ['^%m$', ['09', '12'], ['00', '13']],
  ['^%M$', ['00', '59'], ['60']],
  ['^%p$', ['AM', 'PM'], ['am', 'XM']],
  ['^%S$', ['00', '59'], ['60']],
  ['^%w$', ['0', '6'], ['7']],
  ['^%y$', ['24'], ['2']],
  ['^%Y$', ['2024'], ['24']],
  ['^%z$', ['+0100', '-0830'], ['0100', '+01:00']],
  ['^%Z$', ['CEST', 'PT'], ['UTC', 'cest']],
  ['^12%L$', ['12.345'], ['12345']],
  ['^%Y-%m-%d %H:%M:%S', ['2024-02-29 23:59:01 x'], ['at 2024-02-29 23:59:01', '2024-2-29 1:2:3']],
  ['\\[%b %d, %Y %H:%M:%S\\]', ['x [May 01, 2017 19:00:01] y'], ['May 01, 2017 19:00:01']],
  ['^a%%b%qc$', ['abc'], ['a%b%qc']],
] as const) {
  test(`J-039: ${FORMAT} ${format} begins events with lines that hold such a time`, () => {
    const begins = beginsEvent({ options: { [FORMAT]: format } })!;
    for (const line of yes) assert.ok(begins(line), line);
    for (const line of no) assert.ok(!begins(line), line);
  });
}

test(`J-039: ${PATTERN} begins events with the lines it matches`, () => {
  const begins = beginsEvent({ logDriver: 'awslogs', options: { [PATTERN]: '^(INFO|ERROR)' } })!;
  assert.deepEqual(['INFO a', 'ERROR', ' at x'].map(begins), [true, true, false]);
});

for (const [why, configuration] of [
  ['nothing', undefined],
  ['no option', { options: {} }],
  ['an empty pattern', { options: { [PATTERN]: '' } }],
  ['an empty format', { options: { [FORMAT]: '' } }],
  ['a format that is nothing', { options: { [FORMAT]: '%q' } }],
  ['another driver', { logDriver: 'json-file', options: { [PATTERN]: '(' } }],
] as const) {
  test(`J-039: with ${why} each line is an event, and the job starts`, () => {
    assert.equal(beginsEvent(configuration), undefined);
    assert.equal(faultOfEvents(configuration), undefined);
  });
}

for (const [options, fault] of [
  [
    { [PATTERN]: 'a', [FORMAT]: '%Y' },
    `you cannot configure log opt '${FORMAT}' and '${PATTERN}' at the same time`,
  ],
  [
    { [PATTERN]: '', [FORMAT]: '' },
    `you cannot configure log opt '${FORMAT}' and '${PATTERN}' at the same time`,
  ],
  [{ [PATTERN]: '(a' }, `${PATTERN} '(a' is no pattern: error parsing regexp: missing closing ): \`(a\``],
  [
    { [PATTERN]: 'a(?=b)' },
    `${PATTERN} 'a(?=b)' is no pattern: error parsing regexp: invalid or unsupported Perl syntax: \`(?=\``,
  ],
  [
    { [FORMAT]: '[%Y' },
    `${FORMAT} '[%Y' is no pattern: error parsing regexp: missing closing ]: \`[\\d{4}\``,
  ],
] as const) {
  test(`J-039: ${JSON.stringify(options)} is a fault, and joins nothing`, () => {
    assert.equal(faultOfEvents({ options }), fault);
    assert.equal(beginsEvent({ options }), undefined);
  });
}
