import type { Database as Connection, Statement } from 'better-sqlite3';
import { openMemory } from '../support/memory-database.ts';
import type { Time } from './time.ts';

/** What changed, in the order of the one serial history that the store promises. Rolled back with what it tells of. */
export interface Change {
  readonly kind:
    | 'request'
    | 'turn'
    | 'job'
    | 'task'
    | 'instance'
    | 'queue'
    | 'environment'
    | 'share'
    | 'work';
  /** The request's number, or a row's seq. */
  readonly id: number;
  /** The task's id, the share's name; empty otherwise. */
  readonly name: string;
  /** State before and after; -1 where there is no row. Of requests and turns: 0 for the begin, 1 for the end. */
  readonly before: number;
  readonly after: number;
  /** Of a task: the one that it stands behind; empty otherwise. */
  readonly behind: string;
}

const noted = (kind: string, id: string, name: string, before: string, after: string, behind = "''") =>
  `INSERT INTO history (kind, id, name, before, after, behind)
   VALUES ('${kind}', ${id}, ${name}, ${before}, ${after}, coalesce(${behind}, ''));`;

const trigger = (name: string, when: string, body: string) =>
  `CREATE TEMP TRIGGER seen_${name} AFTER ${when} BEGIN ${body} END;`;

const JOB_CHANGE = [
  'state',
  'stopped_at',
  'status_reason',
  'exit_code',
  'live',
  'failed',
  'started_at',
  'unmet',
]
  .map((column) => `old.${column} IS NOT new.${column}`)
  .join(' OR ');

/** A task's state, 10 more while it waits for another's room, 20 more while it is held. */
const TASK = (row: string) =>
  `${row}.state + CASE WHEN ${row}.after IS NULL THEN 0 ELSE 10 END + 20 * ${row}.held`;

/** Every row that the checker follows tells the history of its changes. */
const WATCH = `
  CREATE TEMP TABLE history (
    n INTEGER PRIMARY KEY, kind TEXT, id INTEGER, name TEXT, before INTEGER, after INTEGER, behind TEXT);
  ${trigger('job_in', 'INSERT ON main.jobs', noted('job', 'new.seq', "''", '-1', 'new.state'))}
  ${trigger('job_up', `UPDATE ON main.jobs WHEN ${JOB_CHANGE}`, noted('job', 'new.seq', "''", 'old.state', 'new.state'))}
  ${trigger('job_out', 'DELETE ON main.jobs', noted('job', 'old.seq', "''", 'old.state', '-1'))}
  ${trigger('task_in', 'INSERT ON main.tasks', noted('task', 'new.job', 'new.id', '-1', TASK('new'), 'new.after'))}
  ${trigger('task_up', 'UPDATE ON main.tasks WHEN old.id = new.id', noted('task', 'new.job', 'new.id', TASK('old'), TASK('new'), 'new.after'))}
  ${trigger('task_renewed', 'UPDATE ON main.tasks WHEN old.id <> new.id', noted('task', 'old.job', 'old.id', TASK('old'), '-1') + noted('task', 'new.job', 'new.id', '-1', TASK('new'), 'new.after'))}
  ${trigger('task_out', 'DELETE ON main.tasks', noted('task', 'old.job', 'old.id', TASK('old'), '-1'))}
  ${trigger('queue_up', 'UPDATE ON main.queues', noted('queue', 'new.seq', 'new.status', '0', '0'))}
  ${trigger('environment_up', 'UPDATE ON main.environments', noted('environment', 'new.seq', 'new.status', 'coalesce(new.desired_vcpus, -1)', 'coalesce(new.max_vcpus, -1)'))}
  ${trigger('instance_in', 'INSERT ON main.instances', noted('instance', 'new.environment', 'new.id', '-1', 'new.state'))}
  ${trigger('instance_up', 'UPDATE ON main.instances', noted('instance', 'new.environment', 'new.id', 'old.state', 'new.state'))}
  ${trigger('share_out', 'DELETE ON main.shares', noted('share', 'old.seq', 'old.name', 'old.queue', '-1'))}
  ${trigger('settled', 'UPDATE ON main.settled', noted('work', 'new.seq', "''", '0', '0'))}
  ${trigger('settled_out', 'DELETE ON main.settled', noted('work', 'old.seq', "''", '0', '0'))}
  ${trigger('sweep_out', 'DELETE ON main.sweeps', noted('work', 'old.seq', "''", '0', '0'))}
`;

/** Jobs that came and got a task since the history was read. */
const NEW_AND_PLACED = `
  SELECT 1 FROM temp.history j JOIN temp.history t ON t.id = j.id
  WHERE j.kind = 'job' AND j.before = -1 AND t.kind = 'task' AND t.before = -1`;

const IN_LINE = 'SELECT 1 FROM jobs WHERE state = 2 AND size = 0 AND role = 0 LIMIT 1';

/** How the next statements fail: the fault of a disk, not of the service. */
export interface DiskFault {
  /**
   * `commit`: the commit itself; `group`: that of requests together with a turn of the loops; `placed`: one of those in
   * which the turn places a job that a request of the same group has brought; `statement`: one inside, with which SQLite
   * gives up the whole transaction.
   */
  readonly kind: 'commit' | 'group' | 'placed' | 'statement';
  /** How many such statements pass before. */
  after: number;
}

/** The database file: it outlives every server. `rewrite` is for canaries: it may spoil a statement. */
export class Disk {
  readonly connection: Connection;
  /** Each waits for its moment. */
  readonly faults: DiskFault[] = [];
  /** Called when a fault was met. */
  onFault: (fault: DiskFault) => void = () => {};
  /** Those of the service, and one's own. */
  private readonly statements = new Map<string, Statement>();
  private readonly own = new Map<string, Statement>();
  private isMarked = false;
  /** Whose turns the transaction under way has: requests by their numbers, 0 for the loops. */
  private readonly writers = new Set<number>();
  private readonly rewrite: (sql: string) => string;
  private readonly forgets: () => boolean;

  constructor(rewrite: (sql: string) => string = (sql) => sql, forgets: () => boolean = () => false) {
    this.rewrite = rewrite;
    this.forgets = forgets;
    this.connection = openMemory();
    this.connection.exec(WATCH);
  }

  /** What a server's store is given. */
  door(): Connection {
    const disk = this;
    return {
      get inTransaction() {
        return disk.connection.inTransaction;
      },
      prepare: (sql: string) => disk.guarded(sql),
      close: () => {},
    } as unknown as Connection;
  }

  waitsForPlaced(): boolean {
    return this.faults.some(({ kind }) => kind === 'placed');
  }

  /** What comes now may be placed at once: nobody is in line before it. */
  hasNoLine(): boolean {
    return this.all(IN_LINE).length === 0;
  }

  /** One's own statement: never fails on purpose. */
  all<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.prepareOwn(sql).all(...params) as Row[];
  }

  mark(kind: 'request' | 'turn', id: number, after: 0 | 1): void {
    this.isMarked = true;
    if (after === 0) this.writers.add(kind === 'turn' ? 0 : id);
    this.prepareOwn(
      "INSERT INTO temp.history (kind, id, name, before, after, behind) VALUES (?, ?, '', 0, ?, '')",
    ).run(kind, id, after);
  }

  /** What changed durably since the last call. */
  takeHistory(): Change[] {
    if (!this.isMarked) return [];
    this.isMarked = false;
    const changes = this.all<Change>(
      'SELECT kind, id, name, before, after, behind FROM temp.history ORDER BY n',
    );
    if (changes.length > 0) this.prepareOwn('DELETE FROM temp.history').run();
    return changes;
  }

  /** What the death of a server leaves of a transaction under way: nothing. */
  recover(): void {
    if (this.connection.inTransaction) this.connection.exec('ROLLBACK');
  }

  private prepareOwn(sql: string): Statement {
    let statement = this.own.get(sql);
    if (!statement) {
      statement = this.connection.prepare(sql);
      this.own.set(sql, statement);
    }
    return statement;
  }

  private prepared(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.connection.prepare(this.rewrite(sql));
      this.statements.set(sql, statement);
    }
    return statement;
  }

  private guarded(sql: string): Statement {
    const statement = this.prepared(sql);
    const check = () => this.failWhenDue(sql);
    return {
      reader: statement.reader,
      all: (...params: unknown[]) => {
        check();
        return statement.all(...params);
      },
      run: (...params: unknown[]) => {
        check();
        if (sql === 'COMMIT' && this.forgets()) return this.prepared('ROLLBACK').run();
        return statement.run(...params);
      },
    } as unknown as Statement;
  }

  private concerns(fault: DiskFault, sql: string): boolean {
    switch (fault.kind) {
      case 'commit':
        return sql === 'COMMIT';
      case 'group':
        return sql === 'COMMIT' && this.writers.has(0) && this.writers.size > 1;
      case 'placed':
        return sql === 'COMMIT' && this.writers.size > 1 && this.all(NEW_AND_PLACED).length > 0;
      case 'statement':
        return !/^(BEGIN|COMMIT|ROLLBACK|RELEASE)/.test(sql);
    }
  }

  private failWhenDue(sql: string): void {
    if (sql === 'BEGIN IMMEDIATE') this.writers.clear();
    const at = this.faults.findIndex((fault) => this.concerns(fault, sql) && fault.after-- <= 0);
    const [fault] = at < 0 ? [] : this.faults.splice(at, 1);
    if (!fault) return;
    if (fault.kind === 'statement') this.recover();
    this.onFault(fault);
    throw new Error('database or disk is full');
  }
}

/** What the shares' clock shows: what was written of it last, and the time that the machine has been up since. */
export const useAge = (disk: Disk, time: Time): number => {
  const [mark] = disk.all<{ age: number; steady: number; boot: string }>('SELECT * FROM use_clock');
  return mark!.boot === time.bootId ? mark!.age + Math.max(0, time.steady() - mark!.steady) : mark!.age;
};
