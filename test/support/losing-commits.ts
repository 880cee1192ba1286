import type { Database as Connection } from 'better-sqlite3';
import { openSqlite } from '../../src/store/sqlite/open-database.ts';

/** A database whose commits can be lost, as on a disk that is full. */
export interface LosingCommits {
  readonly connection: Connection;
  /** The next commit is lost. */
  loseNext(): void;
}

export const losingCommits = (path = ':memory:'): LosingCommits => {
  const connection = openSqlite(path);
  const prepare = connection.prepare.bind(connection);
  let loses = false;
  connection.prepare = ((sql: string) => {
    const statement = prepare(sql);
    if (sql !== 'COMMIT') return statement;
    const run = statement.run.bind(statement);
    statement.run = ((...args: []) => {
      if (!loses) return run(...args);
      loses = false;
      throw new Error('database or disk is full');
    }) as typeof statement.run;
    return statement;
  }) as typeof connection.prepare;
  return {
    connection,
    loseNext: () => {
      loses = true;
    },
  };
};
