import type { Rights } from '../auth/policy/evaluate.ts';
import type { OwnLimits } from '../domain/own-limits.ts';
import type { SessionDoc } from '../store/access/rows.ts';

/** Who may sign with a key, and what it may do: anybody but root itself. */
export interface Principal {
  readonly accessKeyId: string;
  readonly secret: string;
  /** Of a session's key. */
  readonly temporary?: Temporary;
  /** As refusals name it: a user's, or a session's in the form of an assumed role. */
  readonly arn: string;
  /** `AIDA…`, or `AROA…:<session>`; of root the account. */
  readonly id: string;
  readonly who: Who;
  readonly tags: Readonly<Record<string, string>>;
  readonly rights: Rights;
  /** Of its user or role, where that has any of its own. */
  readonly limits?: OwnLimits;
  /** Whether any of its policies looks at tags of resources. */
  readonly readsTags: boolean;
  /** Whether any looks at who submitted a job. */
  readonly readsOwners: boolean;
}

export interface Temporary {
  readonly token: string;
  /** Wall milliseconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export type Who =
  /** With a key of its own, or a temporary one that it asked for. */
  | { readonly kind: 'user'; readonly seq: number; readonly name: string }
  /** A session of a role. */
  | {
      readonly kind: 'role';
      readonly role: { readonly arn: string; readonly id: string };
      readonly doc: SessionDoc;
    }
  /** A session that root asked for, with the key of that id. */
  | { readonly kind: 'root'; readonly key: string };
