import type { Resources } from '../domain/container.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { Tx } from './store.ts';
import { tokensText } from './token-rows.ts';

/** Stores a spec, made of the definition at a seq and of what was asked beside it (see `SpecRow`); resolves to its id. */
export const insertSpec = (tx: Tx, doc: string, definition: number, asked: string): Promise<number> =>
  tx.insert('INSERT INTO specs (doc, definition, asked) VALUES (?, ?, ?)', [doc, definition, asked]);

/** Stores what a spec becomes with other overrides; resolves to its id. */
export const changeOfSpec = (tx: Tx, id: number, doc: string): Promise<number> =>
  tx.insert(
    'INSERT INTO specs (doc, definition, asked) SELECT ?, definition, asked FROM specs WHERE id = ?',
    [doc, id],
  );

/** A spec as it is stored: JSON of `JobSpec`. */
export const specText = async (tx: Tx, id: number): Promise<string> =>
  (await tx.all<{ doc: string }>('SELECT doc FROM specs WHERE id = ?', [id]))[0]!.doc;

const FIND_SHAPE =
  'SELECT id FROM shapes WHERE milli_vcpus = ? AND memory_mib = ? AND gpus = ? AND node_groups = ? AND job_group = ? AND tokens = ?';
const INSERT_SHAPE =
  'INSERT INTO shapes (milli_vcpus, memory_mib, gpus, node_groups, job_group, tokens) VALUES (?, ?, ?, ?, ?, ?)';

/** What a job of a group asks for. */
export interface ShapeAsks {
  readonly resources: Resources;
  readonly group: number;
  /** See `ShapeRow`. */
  readonly nodeGroups?: string;
  /** In the order of their resources' seqs. */
  readonly tokens: readonly Tokens[];
}

/** The id of what jobs ask for. */
export const shapeOf = async (
  tx: Tx,
  { resources: r, group, nodeGroups = '', tokens }: ShapeAsks,
): Promise<number> => {
  const params = [r.milliVcpus, r.memoryMiB, r.gpus, nodeGroups, group, tokensText(tokens)];
  const [known] = await tx.all<{ id: number }>(FIND_SHAPE, params);
  return known?.id ?? tx.insert(INSERT_SHAPE, params);
};
