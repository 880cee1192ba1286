import type { Tx } from '../store.ts';
import { fold, type PageAsked, type PolicyRow, type VersionRow } from './rows.ts';

export const policyByArn = async (tx: Tx, arn: string): Promise<PolicyRow | undefined> =>
  (await tx.all<PolicyRow>('SELECT * FROM managed_policies WHERE arn = ?', [arn]))[0];

export const policyNamed = async (tx: Tx, name: string): Promise<PolicyRow | undefined> =>
  (await tx.all<PolicyRow>('SELECT * FROM managed_policies WHERE folded = ?', [fold(name)]))[0];

export type NewPolicy = Pick<PolicyRow, 'name' | 'path' | 'arn' | 'id' | 'description' | 'created_at'>;

/** Its first version is a row of its own. */
export const insertPolicy = (tx: Tx, policy: NewPolicy): Promise<number> =>
  tx.insert(
    `INSERT INTO managed_policies
      (name, folded, path, arn, id, description, default_version, last_version, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, 1, 1, ?, ?)`,
    [
      policy.name,
      fold(policy.name),
      policy.path,
      policy.arn,
      policy.id,
      policy.description,
      policy.created_at,
      policy.created_at,
    ],
  );

export const deletePolicyRow = async (tx: Tx, seq: number): Promise<void> => {
  await tx.run('DELETE FROM managed_policies WHERE seq = ?', [seq]);
  await tx.run('DELETE FROM policy_versions WHERE policy = ?', [seq]);
};

export const pageOfPolicies = (tx: Tx, { pathPrefix, after, limit }: PageAsked): Promise<PolicyRow[]> =>
  tx.all<PolicyRow>(
    'SELECT * FROM managed_policies WHERE folded > ? AND substr(path, 1, length(?)) = ? ORDER BY folded LIMIT ?',
    [after, pathPrefix, pathPrefix, limit],
  );

export const versionsOf = (tx: Tx, policy: number): Promise<VersionRow[]> =>
  tx.all<VersionRow>('SELECT * FROM policy_versions WHERE policy = ? ORDER BY version DESC', [policy]);

export const insertVersion = (tx: Tx, row: VersionRow): Promise<number> =>
  tx.run('INSERT INTO policy_versions (policy, version, document, created_at) VALUES (?, ?, ?, ?)', [
    row.policy,
    row.version,
    row.document,
    row.created_at,
  ]);

export const deleteVersion = (tx: Tx, policy: number, version: number): Promise<number> =>
  tx.run('DELETE FROM policy_versions WHERE policy = ? AND version = ?', [policy, version]);

export const setVersions = (
  tx: Tx,
  seq: number,
  { last, chosen, at }: { last: number; chosen: number; at: number },
): Promise<number> =>
  tx.run('UPDATE managed_policies SET last_version = ?, default_version = ?, updated_at = ? WHERE seq = ?', [
    last,
    chosen,
    at,
    seq,
  ]);

/** The document in force; undefined where there is no such policy. */
export const documentInForce = async (tx: Tx, arn: string): Promise<string | undefined> =>
  (
    await tx.all<{ document: string }>(
      `SELECT v.document FROM managed_policies p JOIN policy_versions v ON v.policy = p.seq AND v.version = p.default_version
        WHERE p.arn = ?`,
      [arn],
    )
  )[0]?.document;
