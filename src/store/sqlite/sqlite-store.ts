import type { Database as Connection } from 'better-sqlite3';
import type { Kysely } from 'kysely';
import type { Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import { INSERT_RECORDS } from '../audit-rows.ts';
import { CHANGE_COUNT, CountChanges } from '../queue-counts.ts';
import type { Database } from '../schema.ts';
import { type SqlParams, type Store, StoreFailed, type Tx } from '../store.ts';
import { CHANGE_UNFINISHED } from '../unfinished.ts';
import { kyselyOver, Statements } from './dialect.ts';

interface Transaction {
  readonly writes: boolean;
  readonly fn: (tx: Tx) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Done =
  | {
      readonly kind: 'value';
      readonly value: unknown;
      readonly after: readonly (() => void)[];
    }
  | { readonly kind: 'error'; readonly error: unknown };

/** What the transactions of a group write together, once, with its commit. */
interface Together {
  readonly counts: CountChanges;
  readonly records: string[];
  /** Unfinished jobs by their submitters. */
  readonly owned: OwnedChanges;
}

type OwnedChanges = Map<number, number>;

const nothing = (): Together => ({ counts: new CountChanges(), records: [], owned: new Map() });

/** Of those that only read: nothing comes of it. */
const NOBODY = nothing();

/** How many writers share one transaction at most: bounds how long the first of them waits. */
const GROUP = 256;

/**
 * The store over one SQLite connection. Callers are taken in the order they came; neighbouring writers form a
 * group with one transaction. Reads run between groups, so nobody sees what is not yet durable. What that saves:
 * docs/decisions/fast-submits.md.
 */
export class SqliteStore implements Store {
  private readonly connection: Connection;
  private readonly statements: Statements;
  private readonly db: Kysely<Database>;
  private readonly timers: Timers;
  private readonly log: Log;
  private waiting: Transaction[] = [];
  private working = false;

  constructor(connection: Connection, timers: Timers, log: Log) {
    this.connection = connection;
    this.timers = timers;
    this.log = log;
    this.statements = new Statements(connection);
    this.db = kyselyOver(this.statements);
  }

  read<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.enqueue(false, fn);
  }

  write<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.enqueue(true, fn);
  }

  async close(): Promise<void> {
    await this.read(async () => {});
    this.connection.close();
  }

  private enqueue<T>(writes: boolean, fn: (tx: Tx) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ writes, fn, resolve: resolve as (value: unknown) => void, reject });
      if (this.working) return;
      this.working = true;
      // not at once: whose request lies unread in its socket joins the group, which makes a quarter fewer commits
      this.timers.soon(() => this.timers.soon(() => void this.work()));
    });
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      if (group[0]!.writes) await this.writeGroup(group);
      else await this.readOne(group[0]!);
    }
    this.working = false;
  }

  /** One reader, or the writers that stand together and are next. */
  private takeGroup(): Transaction[] {
    let size = 1;
    if (this.waiting[0]!.writes) {
      while (size < GROUP && this.waiting[size]?.writes) size++;
    }
    return this.waiting.splice(0, size);
  }

  private async readOne(caller: Transaction): Promise<void> {
    const after: (() => void)[] = [];
    try {
      if (this.connection.inTransaction) this.undo();
      if (this.connection.inTransaction) throw new StoreFailed('a lost transaction cannot be undone');
      const value = await caller.fn(this.handle(after, NOBODY, {}));
      this.answer(caller, { kind: 'value', value, after });
    } catch (error) {
      caller.reject(error);
    }
  }

  /**
   * All of a group in one transaction. A savepoint for each would copy every page that the next one touches: instead,
   * when one throws, all is undone and each is run again, then with a savepoint of its own. Only a bug throws: it is told,
   * for who fails by chance alone would go unseen when run again.
   */
  private async writeGroup(group: readonly Transaction[]): Promise<void> {
    try {
      const shared = {};
      const done =
        (await this.commit(group, (caller, together) => this.plainly(caller, together, shared))) ??
        (await this.commit(group, (caller, together) => this.guarded(caller, together)))!;
      group.forEach((caller, at) => {
        this.answer(caller, done[at]!);
      });
    } catch (error) {
      this.undo();
      const failed = new StoreFailed(`the transaction was lost: ${(error as Error).message}`, {
        cause: error,
      });
      for (const caller of group) caller.reject(failed);
    }
  }

  /** Undefined when one of them wants all undone, and it is. Throws when the transaction is gone. */
  private async commit(
    group: readonly Transaction[],
    run: (caller: Transaction, together: Together) => Promise<Done | undefined>,
  ): Promise<Done[] | undefined> {
    const done: Done[] = [];
    const together = nothing();
    this.exec('BEGIN IMMEDIATE');
    for (const caller of group) {
      const one = await run(caller, together);
      if (!one) {
        this.undo();
        return undefined;
      }
      done.push(one);
    }
    this.writeTogether(together);
    this.exec('COMMIT');
    return done;
  }

  private undo(): void {
    try {
      if (this.connection.inTransaction) this.exec('ROLLBACK');
    } catch {
      // the next one finds the transaction still open, is refused, and comes here again
    }
  }

  private async plainly(caller: Transaction, together: Together, shared: object): Promise<Done | undefined> {
    const after: (() => void)[] = [];
    try {
      return {
        kind: 'value',
        value: await caller.fn(this.handle(after, together, shared)),
        after,
      };
    } catch (error) {
      if (!this.connection.inTransaction) throw error;
      const text = String((error as Error).stack ?? error);
      this.log.warn({ error: text }, 'a writer failed: its group is undone and run again, one by one');
      return undefined;
    }
  }

  private async guarded(caller: Transaction, together: Together): Promise<Done> {
    const after: (() => void)[] = [];
    const { counts, records, owned } = together;
    const own = { ...nothing(), counts: new CountChanges(counts), owned: new Map(owned) };
    this.exec('SAVEPOINT one');
    try {
      const value = await caller.fn(this.handle(after, own, undefined));
      this.exec('RELEASE one');
      counts.addAll(own.counts);
      records.push(...own.records);
      for (const [submitter, jobs] of own.owned) owned.set(submitter, jobs);
      return { kind: 'value', value, after };
    } catch (error) {
      if (!this.connection.inTransaction) throw error;
      this.exec('ROLLBACK TO one');
      this.exec('RELEASE one');
      return { kind: 'error', error };
    }
  }

  private exec(sql: string): void {
    this.statements.get(sql).run();
  }

  /** Once for all of a group: a count is one row, and each of its callers may change it. */
  private writeTogether({ counts, records, owned }: Together): void {
    for (const { queue, state, n } of counts.rows()) this.statements.get(CHANGE_COUNT).run(queue, state, n);
    for (const [submitter, jobs] of owned)
      if (jobs !== 0) this.statements.get(CHANGE_UNFINISHED).run(jobs, submitter);
    if (records.length > 0) this.statements.get(INSERT_RECORDS).run(`${records.join('\n')}\n`);
  }

  private handle(after: (() => void)[], { counts, records, owned }: Together, group: object | undefined): Tx {
    const { statements } = this;
    return {
      db: this.db,
      all: async <Row>(sql: string, params: SqlParams = []) => statements.get(sql).all(params) as Row[],
      run: async (sql: string, params: SqlParams = []) => statements.get(sql).run(params).changes,
      insert: async (sql: string, params: SqlParams = []) =>
        Number(statements.get(sql).run(params).lastInsertRowid),
      count: (queue, state, jobs) => counts.add(queue, state, jobs),
      counted: (queue, state) => counts.of(queue, state),
      own: (submitter, jobs) => {
        owned.set(submitter, (owned.get(submitter) ?? 0) + jobs);
      },
      owned: () => owned,
      record: (line) => {
        records.push(line);
      },
      onCommit: (fn) => {
        after.push(fn);
      },
      group,
    };
  }

  /** What one forgets to guard after the commit is its own fault: what it wrote is durable, and its neighbours' too. */
  private answer(caller: Transaction, done: Done): void {
    if (done.kind === 'error') {
      caller.reject(done.error);
      return;
    }
    const wrong = done.after.flatMap(errorsOf);
    if (wrong.length > 0) caller.reject(wrong[0]);
    else caller.resolve(done.value);
  }
}

/** What a call throws, if anything. */
const errorsOf = (fn: () => void): unknown[] => {
  try {
    fn();
    return [];
  } catch (error) {
    return [error];
  }
};
