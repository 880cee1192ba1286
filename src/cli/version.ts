import { existsSync, readFileSync } from 'node:fs';

/** The package's version, from a checkout or from an installed package. */
export const version = (): string => {
  for (const path of ['../../package.json', '../../../package.json']) {
    const url = new URL(path, import.meta.url);
    if (existsSync(url)) return (JSON.parse(readFileSync(url, 'utf8')) as { version: string }).version;
  }
  return 'unknown';
};
