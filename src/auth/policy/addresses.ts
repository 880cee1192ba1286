import { isIPv4, isIPv6 } from 'node:net';

/** An address as bits, 32 or 128 of them. */
interface Address {
  readonly bits: bigint;
  readonly width: 32 | 128;
}

const MAPPED = 0xffffn << 32n;

const v4Bits = (text: string): bigint =>
  text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);

const v6Bits = (text: string): bigint => {
  // a tail in dots is two groups
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted ? v4Bits(dotted[2]!) : 0n;
  const whole = dotted ? `${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}` : text;
  const [head = '', rest] = whole.split('::');
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':'));
  const [before, after] = [groupsOf(head), groupsOf(rest ?? '')];
  const gap = new Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...gap, ...after].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
};

/** `::ffff:a.b.c.d` is a.b.c.d (rule A-136). */
const addressOf = (text: string): Address | undefined => {
  if (isIPv4(text)) return { bits: v4Bits(text), width: 32 };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const bits = v6Bits(text);
  return bits >> 32n === MAPPED >> 32n ? { bits: bits & 0xffff_ffffn, width: 32 } : { bits, width: 128 };
};

/** Whose an address is: of IPv4 it itself, of IPv6 the network of 64 bits, in which one machine has as many as it likes. */
export const networkOf = (text: string): string => {
  const address = addressOf(text.replace(/%.*$/, ''));
  if (!address) return text;
  return address.width === 32 ? `v4 ${address.bits}` : `v6 ${address.bits >> 64n}`;
};

/**
 * Compiles a range, `address/prefix` or one address; bits behind the prefix do not count, and what is none holds no
 * address. Rule A-136.
 */
export const rangeOf = (text: string): ((given: string) => boolean) => {
  const [start = '', prefix, ...more] = text.split('/');
  const first = addressOf(start);
  if (!first || more.length > 0) return () => false;
  const whole = isIPv4(start) ? 32 : 128;
  const length = prefix === undefined ? whole : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  // of an address that was mapped, the prefix counts the 96 bits before it
  const kept = length - (whole - first.width);
  if (!(kept >= 0 && kept <= first.width)) return () => false;
  const shift = BigInt(first.width - kept);
  return (given) => {
    const address = addressOf(given);
    return address?.width === first.width && address.bits >> shift === first.bits >> shift;
  };
};
