import { constants, createReadStream, createWriteStream } from 'node:fs';
import { access, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/**
 * Records in a file a day, `YYYY-MM-DD.jsonl`, its owner's alone; of days that are over packed, `YYYY-MM-DD.jsonl.gz`. What is
 * appended is on disk when it is answered. Who appends the same again after a crash leaves it there twice.
 */
export class AuditFiles {
  private readonly folder: string;

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'audit');
  }

  /** `text`: whole lines. */
  async append(day: string, text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = await open(this.plain(day), 'a+', 0o600);
    try {
      await file.appendFile((await endsTorn(file)) ? `\n${text}` : text);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** A day that is packed already has a second file then, which stays as it is. */
  async pack(day: string): Promise<void> {
    if (!(await isThere(this.plain(day))) || (await isThere(this.packed(day)))) return;
    const draft = `${this.packed(day)}.part`;
    await pipeline(
      createReadStream(this.plain(day)),
      createGzip(),
      createWriteStream(draft, { mode: 0o600, flush: true }),
    );
    await rename(draft, this.packed(day));
    await rm(this.plain(day));
  }

  async remove(day: string): Promise<void> {
    for (const path of [this.plain(day), this.packed(day), `${this.packed(day)}.part`])
      await rm(path, { force: true });
  }

  private plain(day: string): string {
    return join(this.folder, `${day}.jsonl`);
  }

  private packed(day: string): string {
    return `${this.plain(day)}.gz`;
  }
}

/** A line that a crash or a full disk cut off is one of its own. */
const endsTorn = async (file: FileHandle): Promise<boolean> => {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 10;
};

const isThere = (path: string): Promise<boolean> =>
  access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
