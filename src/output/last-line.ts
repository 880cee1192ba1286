import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const BLOCK = 65_536;

/**
 * The last whole line of a file that matches, without its line feed, and the offset behind it; '' and 0 when there is
 * none, or no file. The file is read from its end, a block at a time, as far as need be.
 */
export const lastLineLike = (path: string, pattern: RegExp): { line: string; end: number } => {
  const fd = openIf(path);
  if (fd === undefined) return NONE;
  try {
    let cut = '';
    for (let to = fstatSync(fd).size; to > 0; ) {
      const from = Math.max(0, to - BLOCK);
      const text = read(fd, from, to) + cut;
      // the first line of a block may have begun before it
      const whole = from === 0 ? 0 : text.indexOf('\n') + 1;
      const found = lastIn(text.slice(whole), pattern);
      if (found) return { line: found.line, end: from + whole + found.end };
      cut = text.slice(0, whole || text.length);
      to = from;
    }
    return NONE;
  } finally {
    closeSync(fd);
  }
};

const NONE = { line: '', end: 0 };

const lastIn = (text: string, pattern: RegExp): { line: string; end: number } | undefined => {
  for (let end = text.lastIndexOf('\n'); end >= 0; ) {
    const before = end === 0 ? -1 : text.lastIndexOf('\n', end - 1);
    const line = text.slice(before + 1, end);
    if (pattern.test(line)) return { line, end: end + 1 };
    end = before;
  }
  return undefined;
};

const read = (fd: number, from: number, to: number): string => {
  const bytes = Buffer.alloc(to - from);
  return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, from));
};

const openIf = (path: string): number | undefined => {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
};
