import type { Database as Connection, Statement } from 'better-sqlite3';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Database } from '../schema.ts';

const MARKS = /\?|:[a-z]\w*/g;

/**
 * Prepared statements by their text; the oldest goes when there are too many.
 *
 * Their marks are written `+?` and `+:name`, which means the same and hides the values from the planner. It looks at the value
 * of a bare one to see whether a partial index serves, and then prepares the statement anew each time another is bound:
 * measured for a job by its seq with its parent, 210 microseconds instead of 7. No text of ours holds a `?`
 * or a `:` before a letter otherwise.
 */
export class Statements {
  private readonly connection: Connection;
  private readonly cache = new Map<string, Statement>();
  private static readonly LIMIT = 500;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  get(sql: string): Statement {
    const known = this.cache.get(sql);
    if (known) return known;
    const made = this.connection.prepare(sql.replace(MARKS, '+$&'));
    if (this.cache.size >= Statements.LIMIT) this.cache.delete(this.cache.keys().next().value!);
    this.cache.set(sql, made);
    return made;
  }
}

const connectionOver = (statements: Statements): DatabaseConnection => ({
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = statements.get(query.sql);
    if (statement.reader) return { rows: statement.all(...query.parameters) as R[] };
    const done = statement.run(...query.parameters);
    return {
      rows: [],
      numAffectedRows: BigInt(done.changes),
      insertId: BigInt(done.lastInsertRowid),
    };
  },
  streamQuery() {
    throw new Error('streaming is not used');
  },
});

/**
 * Kysely over the one connection of the store. Transactions are the store's: Kysely's own are never begun.
 * Measured per select: 12 microseconds with the statement cache, 49 without.
 */
export const kyselyOver = (statements: Statements): Kysely<Database> => {
  const connection = connectionOver(statements);
  const never = async () => {
    throw new Error('transactions are begun by the store');
  };
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: never,
    commitTransaction: never,
    rollbackTransaction: never,
    releaseConnection: async () => {},
    destroy: async () => {},
  };
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  return new Kysely<Database>({ dialect });
};
