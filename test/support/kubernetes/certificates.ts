import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

let made: Certificates | undefined;

/** Of a server on 127.0.0.1, made once a process. */
export const certificates = (): Certificates => {
  made ??= make();
  return made;
};

const make = (): Certificates => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-certificates-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
      '-days',
      '2',
      '-subj',
      '/CN=ca',
    );
    openssl('req', ...newKey, '-keyout', 'key', '-out', 'csr', '-subj', '/CN=server');
    writeFileSync(at('extensions'), 'subjectAltName=IP:127.0.0.1\n');
    const sign = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
    openssl('x509', '-req', '-in', 'csr', ...sign, '-extfile', 'extensions', '-out', 'crt');
    const read = (name: string) => readFileSync(at(name), 'utf8');
    return { ca: read('ca.crt'), cert: read('crt'), key: read('key') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
