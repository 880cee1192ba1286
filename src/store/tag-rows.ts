import { type TaggedKind, type Tags, taggedCode } from '../domain/tags.ts';
import type { SeqOrder } from './job-rows.ts';
import type { TagRow } from './side-tables.ts';
import type { Tx } from './store.ts';

/* Tags of whatever has an ARN: docs/decisions/tags.md. */

const OF = 'SELECT owner, key, value FROM tags WHERE kind = ? AND owner IN (SELECT value FROM json_each(?))';

/** The tags of several resources of one kind, by their seqs; those without any have an empty record. */
export const tagsOfAll = async (
  tx: Tx,
  kind: TaggedKind,
  owners: readonly number[],
): Promise<ReadonlyMap<number, Tags>> => {
  const rows = await tx.all<Omit<TagRow, 'kind'>>(OF, [taggedCode(kind), JSON.stringify(owners)]);
  const byOwner = Map.groupBy(rows, ({ owner }) => owner);
  return new Map(
    owners.map((owner) => [
      owner,
      Object.fromEntries((byOwner.get(owner) ?? []).map(({ key, value }) => [key, value])),
    ]),
  );
};

export const tagsOf = async (tx: Tx, kind: TaggedKind, owner: number): Promise<Tags> =>
  (await tagsOfAll(tx, kind, [owner])).get(owner)!;

const SET = `
  INSERT INTO tags (kind, owner, key, value) SELECT ?, ?, key, value FROM json_each(?) WHERE true
  ON CONFLICT (kind, owner, key) DO UPDATE SET value = excluded.value`;

/** Adds tags, and overwrites those of the same keys. Without any it does nothing. */
export const setTags = async (
  tx: Tx,
  kind: TaggedKind,
  owner: number,
  tags: Tags | undefined,
): Promise<void> => {
  if (!tags || Object.keys(tags).length === 0) return;
  await tx.run(SET, [taggedCode(kind), owner, JSON.stringify(tags)]);
};

export const removeTags = (
  tx: Tx,
  kind: TaggedKind,
  owner: number,
  keys: readonly string[],
): Promise<number> =>
  tx.run('DELETE FROM tags WHERE kind = ? AND owner = ? AND key IN (SELECT value FROM json_each(?))', [
    taggedCode(kind),
    owner,
    JSON.stringify(keys),
  ]);

/** All tags of resources that are gone. */
export const dropTags = (tx: Tx, kind: TaggedKind, owners: readonly number[]): Promise<number> =>
  tx.run('DELETE FROM tags WHERE kind = ? AND owner IN (SELECT value FROM json_each(?))', [
    taggedCode(kind),
    JSON.stringify(owners),
  ]);

/** Which jobs have a tag, from behind the seq `after` on: the index has them so. */
export const jobsTagged = async (
  tx: Tx,
  key: string,
  value: string,
  after: number,
  limit: number,
  order: SeqOrder,
): Promise<number[]> => {
  const [beyond, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC'];
  const found = await tx.all<{ owner: number }>(
    `SELECT owner FROM tags WHERE kind = ? AND key = ? AND value = ? AND owner ${beyond} ? ORDER BY owner ${direction} LIMIT ?`,
    [taggedCode('job'), key, value, after, limit],
  );
  return found.map(({ owner }) => owner);
};
