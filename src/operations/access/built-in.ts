import { createHash } from 'node:crypto';
import { BUILT_IN, builtIn } from '../../auth/built-in-policies.ts';
import type { Account } from '../../domain/arn.ts';
import { policyByArn, versionsOf } from '../../store/access/policies.ts';
import { fold, type PolicyRow, type VersionRow } from '../../store/access/rows.ts';
import type { Tx } from '../../store/store.ts';
import { managedArn, uniqueId } from './names.ts';

/* Policies that the service provides itself, beside those of the account: they are no rows, and nobody changes them (rule A-051). */

/** No row has it. */
const NONE = 0;
/** Of a document that has one version for ever; in wall milliseconds. */
const MADE = Date.UTC(2026, 0, 1);

/** As if it were a row. `given`: its path and name, without the first slash. */
const rowOf = ({ partition }: Pick<Account, 'partition'>, given: string): PolicyRow => {
  const at = given.lastIndexOf('/') + 1;
  const [path, name] = [`/${given.slice(0, at)}`, given.slice(at)];
  const arn = managedArn({ partition, region: '', account: 'aws' }, { path, name });
  const digits = createHash('sha256').update(given).digest('hex');
  return {
    ...{ seq: NONE, name, folded: fold(name), path, arn },
    id: uniqueId('ANPA', { hex: (length) => digits.slice(0, length) }),
    description: null,
    ...{ default_version: 1, last_version: 1, created_at: MADE, updated_at: MADE },
  };
};

export const builtInPolicies = (account: Pick<Account, 'partition'>): PolicyRow[] =>
  BUILT_IN.map((given) => rowOf(account, given));

/** A policy of the account, or one that is built in. */
export const policyAt = async (
  tx: Tx,
  account: Pick<Account, 'partition'>,
  arn: string,
): Promise<PolicyRow | undefined> =>
  builtInPolicies(account).find((one) => one.arn === arn) ?? policyByArn(tx, arn);

/** The newest first. */
export const versionsAt = async (tx: Tx, { seq, arn, created_at }: PolicyRow): Promise<VersionRow[]> =>
  seq === NONE ? [{ policy: NONE, version: 1, document: builtIn(arn)!, created_at }] : versionsOf(tx, seq);
