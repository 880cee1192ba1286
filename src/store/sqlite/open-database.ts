import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { MIGRATIONS } from '../migrations.ts';
import { NOTE_MOVED_SHAPES } from '../moved-shapes.ts';
import { NOTE_CHANGES } from '../running-changes.ts';
import { StoreTooNew } from '../store.ts';

/** `LSHR`: marks the file as ours, for `file` and for people. */
const APPLICATION_ID = 0x4c534852;

/**
 * Opens the database at `path` (or `:memory:`, or in memory the one of an image by `Connection.serialize`) with the schema brought
 * up to date. Throws `StoreTooNew` for a schema of a later version, and SQLite's own error for what is no database.
 */
export const openSqlite = (path: string | Buffer): Connection => {
  const connection = new Sqlite(path);
  try {
    connection.pragma('auto_vacuum = INCREMENTAL');
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('temp_store = MEMORY');
    connection.pragma('cache_size = -16384');
    connection.pragma('busy_timeout = 2000');
    migrate(connection);
    connection.exec(NOTE_CHANGES);
    connection.exec(NOTE_MOVED_SHAPES);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
};

const migrate = (connection: Connection): void => {
  const version = connection.pragma('user_version', { simple: true }) as number;
  if (version > MIGRATIONS.length) {
    throw new StoreTooNew(
      `the data folder has schema version ${version}, this Longshore knows up to ${MIGRATIONS.length}`,
    );
  }
  for (let next = version; next < MIGRATIONS.length; next++) {
    connection.transaction(() => {
      connection.exec(MIGRATIONS[next]!);
      connection.pragma(`application_id = ${APPLICATION_ID}`);
      connection.pragma(`user_version = ${next + 1}`);
    })();
  }
};
