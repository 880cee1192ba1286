import { readFileSync } from 'node:fs';
import { UsageError } from '../main/config.ts';

/**
 * The variables of a file for `--env-file`: `NAME=VALUE` lines. A value is what stands behind the first `=`, quotes and spaces
 * included, as with docker's. Empty lines and those that begin with `#` count for nothing, nor does a byte order mark or the CR
 * before an LF. Throws a `UsageError` of one line where the file cannot be read or a line is something else.
 */
export const envFile = (path: string): string[] =>
  textOf(path)
    .split(/\r?\n/)
    .flatMap((line, at) => {
      const text = line.trimStart();
      if (text === '' || text.startsWith('#')) return [];
      if (/^[^\s=]+=/.test(text)) return [text];
      throw new UsageError(`--env-file ${path}: line ${at + 1} is not NAME=VALUE: '${text.slice(0, 40)}'`);
    });

const textOf = (path: string): string => {
  const bytes = bytesOf(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`--env-file ${path}: is no text in UTF-8`);
  }
};

const bytesOf = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new UsageError(`--env-file ${path}: ${WORDS[code] ?? message}`);
  }
};

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
};
