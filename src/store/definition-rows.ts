import type { DefinitionRow } from './schema.ts';
import type { Tx } from './store.ts';

/** Counts per name and never goes back (rules J-009, J-010). */
export const nextRevision = async (tx: Tx, name: string): Promise<number> => {
  const rows = await tx.all<{ last_revision: number }>(
    `INSERT INTO definition_names (name, last_revision) VALUES (?, 1)
     ON CONFLICT (name) DO UPDATE SET last_revision = last_revision + 1 RETURNING last_revision`,
    [name],
  );
  return rows[0]!.last_revision;
};

/** The one that comes next; nothing is taken. */
export const revisionToBe = async (tx: Tx, name: string): Promise<number> => {
  const rows = await tx.all<{ last_revision: number }>(
    'SELECT last_revision FROM definition_names WHERE name = ?',
    [name],
  );
  return (rows[0]?.last_revision ?? 0) + 1;
};

export const insertDefinition = async (
  tx: Tx,
  name: string,
  revision: number,
  doc: string,
): Promise<number> => {
  const made = await tx.db
    .insertInto('definitions')
    .values({ name, revision, status: 'ACTIVE', doc } as DefinitionRow)
    .returning('seq')
    .executeTakeFirstOrThrow();
  return made.seq;
};

export const definitionRevision = (
  tx: Tx,
  name: string,
  revision: number,
): Promise<DefinitionRow | undefined> =>
  tx.db
    .selectFrom('definitions')
    .selectAll()
    .where('name', '=', name)
    .where('revision', '=', revision)
    .executeTakeFirst();

export const deactivate = (tx: Tx, seq: number): Promise<unknown> =>
  tx.db.updateTable('definitions').set({ status: 'INACTIVE' }).where('seq', '=', seq).execute();

/** Which definitions a page is made of. */
export interface DefinitionSelector {
  readonly name?: string;
  readonly status?: string;
}

/** Where a page begins: after this one, in the order name ascending, revision descending (J-061). */
export interface DefinitionPosition {
  readonly name: string;
  readonly revision: number;
}

export const pageOfDefinitions = (
  tx: Tx,
  selector: DefinitionSelector,
  after: DefinitionPosition | undefined,
  limit: number,
): Promise<DefinitionRow[]> => {
  let query = tx.db
    .selectFrom('definitions')
    .selectAll()
    .orderBy('name')
    .orderBy('revision', 'desc')
    .limit(limit);
  if (selector.name !== undefined) query = query.where('name', '=', selector.name);
  if (selector.status !== undefined) query = query.where('status', '=', selector.status);
  if (after) {
    query = query.where((eb) =>
      eb.or([
        eb('name', '>', after.name),
        eb.and([eb('name', '=', after.name), eb('revision', '<', after.revision)]),
      ]),
    );
  }
  return query.execute();
};

/** Definitions asked for one by one; `revision` null: all of that name. */
export interface RevisionsAsked {
  readonly name: string;
  readonly revision: number | null;
}

const ASKED = `
  SELECT DISTINCT d.* FROM json_each(?) a JOIN definitions d ON d.name = a.value ->> 'name'
    AND d.revision = coalesce(a.value ->> 'revision', d.revision)
  WHERE (d.name > ? OR (d.name = ? AND d.revision < ?))
    AND d.name = coalesce(?, d.name) AND d.status = coalesce(?, d.status)
  ORDER BY d.name, d.revision DESC LIMIT ?`;

/** Those of `asked` that the selector takes, in the order of pages, each once. */
export const definitionsAsked = (
  tx: Tx,
  asked: readonly RevisionsAsked[],
  selector: DefinitionSelector,
  after: DefinitionPosition | undefined,
  limit: number,
): Promise<DefinitionRow[]> => {
  const { name, revision } = after ?? { name: '', revision: 0 };
  const { name: only = null, status = null } = selector;
  return tx.all<DefinitionRow>(ASKED, [JSON.stringify(asked), name, name, revision, only, status, limit]);
};
