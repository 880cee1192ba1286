/* Who may sign, and what they may. Names are found without regard to case: `folded` is a name in lower case. */

export interface UserRow {
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

/** What has policies or tags of its own. */
export type OwnerKind = 'user' | 'group' | 'policy';

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
