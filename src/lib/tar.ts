/** A file within a tar archive. */
export interface TarFile {
  /** At most 100 bytes. */
  readonly name: string;
  readonly bytes: number;
  /** Wall milliseconds of its last change. */
  readonly modified: number;
}

/** What an archive is read and written in. */
export const TAR_BLOCK = 512;

/** Two empty blocks: an archive without them was cut short. */
export const TAR_END = Buffer.alloc(2 * TAR_BLOCK);

/** How many zeros follow a file's bytes. */
export const paddingOf = (bytes: number): number => (TAR_BLOCK - (bytes % TAR_BLOCK)) % TAR_BLOCK;

/**
 * What stands before a file's bytes: a record of what the old format has no room for (times below a second, files of
 * more than 8 GiB), then the old format's own. GNU tar, bsdtar and Python read both.
 */
export const tarHead = ({ name, bytes, modified }: TarFile): Buffer => {
  const records = Buffer.from(record('mtime', String(modified / 1000)) + record('size', String(bytes)));
  const seconds = Math.floor(modified / 1000);
  return Buffer.concat([
    header('x', 'times', records.length, seconds),
    records,
    Buffer.alloc(paddingOf(records.length)),
    header('0', name, bytes > OLD_MOST ? 0 : bytes, seconds),
  ]);
};

const OLD_MOST = 0o77777777777;

/** `<length of all of it> key=value\n`. */
const record = (key: string, value: string): string => {
  const rest = ` ${key}=${value}\n`;
  const length = rest.length + String(rest.length).length;
  return `${String(length).length + rest.length}${rest}`;
};

const header = (type: '0' | 'x', name: string, bytes: number, seconds: number): Buffer => {
  const block = Buffer.alloc(TAR_BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  block.write(name, 0, 100);
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes, 124, 12);
  octal(seconds, 136, 12);
  block.write(`${type}`, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
};

/** Of a header's bytes, its own field counted as blanks. */
const checksum = (block: Buffer): number => {
  let sum = 8 * 32;
  for (const [at, byte] of block.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum;
};

/** What a header's block says: of a file, of the records of the next one, the archive's end, or nothing of the kind. */
export type TarBlock =
  | { readonly kind: 'file'; readonly file: TarFile }
  | { readonly kind: 'records'; readonly bytes: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'foreign' };

/** `records`: the text of those that stood before it, '' when there were none. */
export const readTarBlock = (block: Buffer, records: string): TarBlock => {
  if (block.every((byte) => byte === 0)) return { kind: 'end' };
  const text = (at: number, length: number) => block.toString('utf8', at, at + length).replace(/\0.*$/s, '');
  const number = (at: number, length: number) => Number.parseInt(text(at, length).trim(), 8);
  if (block.length < TAR_BLOCK || number(148, 8) !== checksum(block)) return { kind: 'foreign' };
  const type = text(156, 1);
  if (type === 'x') return { kind: 'records', bytes: number(124, 12) };
  if (type !== '0') return { kind: 'foreign' };
  const recorded = (key: string): number | undefined => {
    const value = new RegExp(`^\\d+ ${key}=(.*)$`, 'm').exec(records)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const bytes = recorded('size') ?? number(124, 12);
  const modified = (recorded('mtime') ?? number(136, 12)) * 1000;
  return { kind: 'file', file: { name: text(0, 100), bytes, modified } };
};
