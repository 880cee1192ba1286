import type { Database as Connection } from 'better-sqlite3';
import { openSqlite } from '../../src/store/sqlite/open-database.ts';

let empty: Buffer | undefined;

/** A new database in memory. All of a process begin as copies of one: bringing the schema up to date takes longer than most tests. */
export const openMemory = (): Connection => {
  empty ??= imageOfNew();
  return openSqlite(empty);
};

const imageOfNew = (): Buffer => {
  const connection = openSqlite(':memory:');
  const image = connection.serialize();
  connection.close();
  return image;
};
