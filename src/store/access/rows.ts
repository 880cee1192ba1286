import type { LimitColumns } from '../../domain/own-limits.ts';

/* Who may sign, and what they may. Names are found without regard to case: `folded` is a name in lower case. */

export interface UserRow extends LimitColumns {
  readonly seq: number;
  readonly name: string;
  readonly folded: string;
  readonly path: string;
  /** `AIDA…`: a name that is made anew has another one. */
  readonly id: string;
  /** The ARN of the policy that bounds it. */
  readonly boundary: string | null;
  readonly created_at: number;
}

export interface GroupRow {
  readonly seq: number;
  readonly name: string;
  readonly folded: string;
  readonly path: string;
  readonly id: string;
  readonly created_at: number;
}

export interface KeyRow {
  readonly id: string;
  /** The user's seq. */
  readonly owner: number;
  /** See `auth/seal.ts`. */
  readonly sealed: string;
  readonly active: 0 | 1;
  readonly created_at: number;
  readonly used_at: number | null;
  readonly used_service: string | null;
  readonly used_region: string | null;
}

export interface PolicyRow {
  readonly seq: number;
  readonly name: string;
  readonly folded: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly description: string | null;
  readonly default_version: number;
  readonly last_version: number;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface VersionRow {
  readonly policy: number;
  readonly version: number;
  /** As it was sent. */
  readonly document: string;
  readonly created_at: number;
}

export interface RoleRow extends LimitColumns {
  readonly seq: number;
  readonly name: string;
  readonly folded: string;
  readonly path: string;
  /** `AROA…`. */
  readonly id: string;
  /** Who may have it: the document as it was sent. */
  readonly trust: string;
  /** JSON: the unique ids that ARNs in it had when it was saved, by ARN. */
  readonly trusted_ids: string;
  readonly description: string | null;
  readonly max_session_seconds: number;
  readonly boundary: string | null;
  readonly created_at: number;
}

export interface ProfileRow {
  readonly seq: number;
  readonly name: string;
  readonly folded: string;
  readonly path: string;
  /** `AIPA…`. */
  readonly id: string;
  /** The seq of the role that is in it. */
  readonly role: number | null;
  readonly created_at: number;
}

/** An issuer of identities (OIDC). */
export interface ProviderRow {
  readonly seq: number;
  /** As tokens name it. */
  readonly url: string;
  /** The same without its scheme, as its ARN and condition keys have it. */
  readonly place: string;
  /** JSON: a list of texts. */
  readonly client_ids: string;
  /** JSON: a list of texts, kept and not used. */
  readonly thumbprints: string;
  readonly created_at: number;
}

/** Who has temporary keys: a role's session, or a user or root that asked for a session of its own. */
export interface SessionRow {
  /** `ASIA…`, the key's id. */
  readonly id: string;
  readonly owner_kind: 'role' | 'user' | 'root';
  /** Its seq; 0 of root. */
  readonly owner: number;
  /** Of a role's session; root's says which key asked. */
  readonly name: string;
  /** The secret: see `auth/seal.ts`. */
  readonly sealed: string;
  /** JSON: see `SessionDoc`. */
  readonly doc: string;
  readonly created_at: number;
  readonly expires_at: number;
}

/** What a role's session was made with. */
export interface SessionDoc {
  /** Documents and ARNs of the policies that cut it; neither: nothing does. */
  readonly policy?: string;
  readonly policyArns?: readonly string[];
  /** The unique ids that those of the account had then, by ARN. */
  readonly policyIds?: Readonly<Record<string, string>>;
  /** Over those of its role; the keys that go on to the next role are named in `transitive`. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitive?: readonly string[];
  readonly sourceIdentity?: string;
  /** The ARN of the provider whose token it was made for. */
  readonly provider?: string;
}

/** What has policies or tags of its own. */
export type OwnerKind = 'user' | 'group' | 'policy' | 'role' | 'instance-profile' | 'oidc-provider';

export interface Owner {
  readonly kind: OwnerKind;
  readonly seq: number;
}

/** Where a page begins: behind this name, in the order of names. */
export interface PageAsked {
  readonly pathPrefix: string;
  readonly after: string;
  readonly limit: number;
}

export const fold = (name: string): string => name.toLowerCase();
