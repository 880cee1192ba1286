import { seal, sessionTokenOf } from '../../auth/seal.ts';
import { type Refusal, Refusal as Refused } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import type { SessionDoc, SessionRow } from '../../store/access/rows.ts';
import { forgetEnded, insertSession, livingInAll, livingOf } from '../../store/access/sessions.ts';
import type { Tx } from '../../store/store.ts';
import { timeOf } from '../access/input.ts';
import { secretOf, uniqueId } from '../access/names.ts';

/** Rule A-228. */
const MOST_OF_ONE = 1_000;
const MOST_IN_ALL = 100_000;
/** Those that ended are known so long, to say so of them; then some of them go with each new one. */
const KEPT_ENDED = 24 * 3_600_000;
const GO_AT_ONCE = 100;

/** Temporary keys, as STS hands them out. */
export interface Issued {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: string;
}

/** A session that is there from the commit on. */
export const issue = async (
  { clock, ids, sealingKey }: Service,
  tx: Tx,
  session: Pick<SessionRow, 'owner_kind' | 'owner' | 'name'> & {
    readonly doc: SessionDoc;
    readonly seconds: number;
  },
): Promise<Issued | Refusal> => {
  const now = clock.wall();
  await forgetEnded(tx, now - KEPT_ENDED, GO_AT_ONCE);
  if (
    (await livingOf(tx, session, now, MOST_OF_ONE)) >= MOST_OF_ONE ||
    (await livingInAll(tx, now, MOST_IN_ALL)) >= MOST_IN_ALL
  )
    return new Refused('Throttling', 400, 'Rate exceeded');
  const id = uniqueId('ASIA', ids);
  const secret = secretOf(ids);
  const { owner_kind, owner, name, doc, seconds } = session;
  const expires_at = now + seconds * 1000;
  await insertSession(tx, {
    ...{ id, owner_kind, owner, name, doc: JSON.stringify(doc), created_at: now, expires_at },
    sealed: seal(sealingKey, ids.hex(24), id, secret),
  });
  return {
    AccessKeyId: id,
    SecretAccessKey: secret,
    SessionToken: sessionTokenOf(sealingKey, id),
    Expiration: timeOf(expires_at),
  };
};
