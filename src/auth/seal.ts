import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/**
 * Seals a secret for the store (rule A-013): AES-256-GCM, the key's id as associated data, so that no row opens under
 * another's id. `sealingKey`: 64 hex digits. `nonce`: 24 hex digits by chance, never used twice.
 */
export const seal = (sealingKey: string, nonce: string, id: string, secret: string): string => {
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(sealingKey, 'hex'), Buffer.from(nonce, 'hex'));
  cipher.setAAD(Buffer.from(id));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from(nonce, 'hex'), cipher.getAuthTag(), sealed]).toString('base64');
};

/** Throws where the key is another one, or the row was altered or is another's. */
export const unseal = (sealingKey: string, id: string, sealed: string): string => {
  const bytes = Buffer.from(sealed, 'base64');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const opener = createDecipheriv('aes-256-gcm', Buffer.from(sealingKey, 'hex'), nonce);
  opener.setAAD(Buffer.from(id));
  opener.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([opener.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), opener.final()]).toString(
    'utf8',
  );
};

/**
 * The session token of a temporary key: made of its id with the sealing key, so that nobody else makes one, that none fits another
 * id, and that a row is read for no token that was never given out. The secret is by chance, and sealed.
 */
export const sessionTokenOf = (sealingKey: string, id: string): string =>
  createHmac('sha256', Buffer.from(sealingKey, 'hex')).update(`session token of ${id}`).digest('base64url');

/** Tells texts apart without telling where they differ. */
export const isSameText = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};
