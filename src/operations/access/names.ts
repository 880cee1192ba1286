import type { Account } from '../../domain/arn.ts';
import type { Ids } from '../../lib/ids.ts';

const iam = (a: Account, kind: string, path: string, name: string): string =>
  `arn:${a.partition}:iam::${a.account}:${kind}${path}${name}`;

/** Rule A-002. A path begins and ends with a slash. */
export const userArn = (a: Account, { path, name }: Named): string => iam(a, 'user', path, name);
export const groupArn = (a: Account, { path, name }: Named): string => iam(a, 'group', path, name);
export const entityArn = (a: Account, kind: 'role' | 'instance-profile', { path, name }: Named): string =>
  iam(a, kind, path, name);
export const sessionArn = (a: Account, { name }: Pick<Named, 'name'>, session: string): string =>
  `arn:${a.partition}:sts::${a.account}:assumed-role/${name}/${session}`;
/** Of an issuer of identities: its URL without the scheme. */
export const providerArn = (a: Account, place: string): string => iam(a, 'oidc-provider', '/', place);
export const managedArn = (a: Account, { path, name }: Named): string => iam(a, 'policy', path, name);
export const rootArn = (a: Account): string => `arn:${a.partition}:iam::${a.account}:root`;

export interface Named {
  readonly path: string;
  readonly name: string;
}

/** Of policies that the service itself provides: those that are not built in grant nothing. */
export const isCatalogue = (a: Account, arn: string): boolean =>
  arn.startsWith(`arn:${a.partition}:iam::aws:policy/`);

const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SECRET_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters by chance: `hex` gives two digits for each of the 32. */
const lettersOf = (hex: string): string =>
  (hex.match(/../g) ?? []).map((byte) => ID_LETTERS[Number.parseInt(byte, 16) % 32]).join('');

type Prefix = 'AIDA' | 'AGPA' | 'ANPA' | 'AROA' | 'AIPA' | 'AKIA' | 'ASIA';

/** Rule A-003: a prefix and 17 letters (16 of a key), each of two digits. */
export const uniqueId = (prefix: Prefix, ids: Pick<Ids, 'hex'>): string =>
  `${prefix}${lettersOf(ids.hex(prefix === 'AKIA' || prefix === 'ASIA' ? 32 : 34))}`;

/** 40 letters and digits, nothing that a shell would read: 238 bits of the 288 that are drawn. */
export const secretOf = (ids: Pick<Ids, 'hex'>): string => {
  let rest = BigInt(`0x${ids.hex(72)}`);
  let secret = '';
  for (let n = 0; n < 40; n++) {
    secret += SECRET_LETTERS[Number(rest % 62n)];
    rest /= 62n;
  }
  return secret;
};
