import type { Key } from '../auth/sigv4.ts';
import type { Identity } from '../domain/audit/record.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Rate } from '../lib/buckets.ts';
import type { Authorising } from '../operations/access/authorise.ts';
import type { Caller } from './handlers.ts';

/** Who may ask what. */
export interface Access {
  /** Who signs with a key, and the token of a temporary one; undefined for one that is unknown or inactive. */
  readonly signerOf: (accessKeyId: string, token: string | undefined) => Promise<NamedSigner | undefined>;
}

export interface NamedSigner {
  readonly key: Key;
  /** Who it is, for the audit. */
  readonly identity: Identity;
  /** How often it may ask, where it has a rate of its own. */
  readonly rate?: Rate;
  /** The caller that the operation is given, or why it may not be asked. */
  readonly authorise: (request: Authorising) => Promise<Caller | Refusal>;
  /** Tells that the key was used. */
  readonly used: (service: string, region: string) => void;
}
