import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourcesBelow } from './sources.ts';
import { changesIn } from './transactions.ts';

/** Rooms whose functions are given transactions. */
const ROOMS = ['src/operations', 'src/transitions', 'src/loops', 'src/service', 'src/why', 'src/store'];

/** Where something is changed in a transaction all the same, and why that is right. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'src/store/committed-cache.ts':
    'what remembers for all others: by group, and for everybody from the commit on',
  'src/store/clock-turns.ts': 'when a group made its last job is known to that group alone, and goes with it',
  'src/operations/jobs/submitter.ts':
    'whom it lets in counts at once: what is undone leaves the bound higher than it need be, and nobody over it',
  'src/store/next-seq.ts': 'what a group has given out is known to that group alone, and goes with it',
};

test('in a transaction nothing is changed but the store: the rest waits for the commit', () => {
  const found = ROOMS.flatMap((room) => sourcesBelow(room))
    .filter(({ path }) => !(path in EXCEPTIONS))
    .flatMap(changesIn);
  assert.deepEqual(found, []);
});

test('every exception needs it', () => {
  for (const path of Object.keys(EXCEPTIONS)) {
    const source = sourcesBelow('src').find((one) => one.path === path)!;
    assert.notDeepEqual(changesIn(source), []);
  }
});

/** A file with a class; `body`: of its method that is given a transaction. */
const inMethod = (body: string): string =>
  `let count = 0;
   const seen = new Map();
   const keep = (map, key) => map.set(key, 1);
   class Loops {
     async decide(tx, reports) { ${body} }
     later() { this.isSet = true; }
     ask() { return this.count + 1; }
   }`;

for (const [what, body] of [
  ['a member of its object', 'this.backlog = true;'],
  ['a counter', 'this.count++;'],
  ['a cache', 'this.specs.set(1, await tx.all("SELECT 1"));'],
  ['a cache by another name', 'const { specs } = this; specs.set(1, 2);'],
  ['a cache that a function is handed', 'keep(this.specs, 1);'],
  ['what it learns', 'for (const one of reports) this.paces.learn(one);'],
  ['an alarm', 'this.timers.after(500, () => {});'],
  ['what another method sets', 'this.later();'],
  ['a variable of the file', 'count += 1;'],
  ['a map of the file', 'seen.set(1, 2);'],
  ['the log', 'const { service } = this; service.log.info({}, "it happened");'],
  ['an engine', 'await this.service.engine.start([]);'],
  ['what was found in a map', 'const known = this.specs.get(1); known.count = 2;'],
  ['what was found in a list', 'this.paces.find(Boolean)!.count++;'],
  ['each of a list', 'for (const pace of this.paces) pace.count++;'],
  ['a member by assignment of several', 'Object.assign(this.last, { backlog: true });'],
  ['a member by deletion', 'delete this.known.one;'],
] as const) {
  test(`in a transaction ${what} is not changed`, () => {
    assert.equal(changesIn({ path: 'x.ts', text: inMethod(body) }).length, 1);
  });
}

for (const [what, body] of [
  ['after the commit', 'tx.onCommit(() => { this.backlog = true; this.specs.set(1, 2); });'],
  ['what is its own', 'const ids = new Map(); ids.set(1, 2); const all = []; all.push(ids); let n = 0; n++;'],
  ['what is asked', 'return this.service.clock.wall() + this.ask() + this.looks.get(1);'],
  ['what is handed the transaction', 'this.service.catalog.forget(tx); await this.names.of(tx, 1);'],
] as const) {
  test(`in a transaction ${what} is left alone`, () => {
    assert.deepEqual(changesIn({ path: 'x.ts', text: inMethod(body) }), []);
  });
}

test('what is around a transaction is not changed in it; the object of one transaction may change itself', () => {
  const around =
    'export const f = async (store) => { let n = 0; await store.write(async (tx) => { n = 1; }); };';
  assert.equal(changesIn({ path: 'x.ts', text: around }).length, 1);
  const ofOne = 'class Endings { private readonly tx; private n = 0; async end(tx) { this.n++; } }';
  assert.deepEqual(changesIn({ path: 'x.ts', text: ofOne }), []);
});

for (const [what, text] of [
  [
    'what the object of one transaction has of the service',
    'class Endings { tx: Tx; service: Surroundings; end(tx) { this.service.log.info({}, "it ended"); } }',
  ],
  [
    'the log of that object',
    'class Endings { tx: Tx; log: Log; seen = new Map(); end(tx) { this.seen.set(1, 2); this.log.info({}, "it ended"); } }',
  ],
  [
    'surroundings that a function is given',
    'const f = (tx: Tx, near: Surroundings) => near.log.info({}, "so");',
  ],
  ['a log that a function is given', 'const f = (tx: Tx, log: Log) => log.info({}, "so");'],
  ['a map that a function is given', 'const f = (tx: Tx, seen: Map<number, number>) => seen.set(1, 2);'],
]) {
  test(`in a transaction ${what} is not changed`, () => {
    assert.equal(changesIn({ path: 'x.ts', text: text! }).length, 1);
  });
}

for (const text of [
  'const f = async (store) => { await store.write(async (t) => { await t.run("DELETE FROM jobs"); }); };',
  'const f = async (transaction: Tx) => transaction.run("DELETE FROM jobs");',
]) {
  test(`a transaction is called tx: ${text}`, () => {
    assert.equal(changesIn({ path: 'x.ts', text }).length, 1);
  });
}
