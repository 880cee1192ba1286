import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../main/config.ts';

/** A record of the audit, as far as lines show it: CloudTrail's members. */
export interface AuditRecord {
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly eventID: string;
  readonly requestID?: string;
  readonly userIdentity: { readonly type: string; readonly arn?: string; readonly accessKeyId?: string };
  readonly sourceIPAddress: string;
  readonly requestParameters: Readonly<Record<string, unknown>> | null;
  readonly responseElements: Readonly<Record<string, unknown>> | null;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly additionalEventData?: { readonly count?: number };
}

/** So many ids are remembered: what a crash wrote twice stands near. */
const REMEMBERED = 100_000;

/** Records of a data folder from the day of `since` on (wall milliseconds), oldest file first, each once; lines that were cut off are passed over. */
export async function* readAudit(dataDir: string, since: number): AsyncGenerator<AuditRecord> {
  const folder = join(dataDir, 'audit');
  const from = new Date(since).toISOString().slice(0, 10);
  const seen = new Set<string>();
  for (const name of namesIn(folder)) {
    if (name.slice(0, 10) < from) continue;
    for await (const record of recordsOf(join(folder, name))) {
      if (seen.has(record.eventID)) continue;
      if (seen.size >= REMEMBERED) seen.clear();
      seen.add(record.eventID);
      if (Date.parse(record.eventTime) >= since - 1000) yield record;
    }
  }
}

/** The last `limit` that are wanted, by their times: those of submissions are written some seconds after others. */
export const lastRecords = async (
  dataDir: string,
  since: number,
  limit: number,
  isWanted: (record: AuditRecord) => boolean,
): Promise<AuditRecord[]> => {
  const found: AuditRecord[] = [];
  for await (const record of readAudit(dataDir, since)) {
    if (!isWanted(record)) continue;
    found.push(record);
    if (found.length > 2 * limit) found.sort(byTime).splice(0, found.length - limit);
  }
  return found.sort(byTime).slice(-limit);
};

const byTime = (a: AuditRecord, b: AuditRecord): number => Date.parse(a.eventTime) - Date.parse(b.eventTime);

/** Of a day that has two files, the packed one is the older. */
const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d{4}-\d\d-\d\d\.jsonl(\.gz)?$/.test(name))
      .sort((a, b) => a.slice(0, 10).localeCompare(b.slice(0, 10)) || b.length - a.length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new UsageError(`the audit in ${folder} cannot be read (${code}): it is its owner's alone`);
  }
};

async function* recordsOf(path: string): AsyncGenerator<AuditRecord> {
  const bytes = createReadStream(path);
  const input = path.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const record = recordIn(line);
    if (record) yield record;
  }
}

const recordIn = (line: string): AuditRecord | undefined => {
  try {
    const read = JSON.parse(line) as AuditRecord;
    return typeof read.eventID === 'string' && !Number.isNaN(Date.parse(read.eventTime)) ? read : undefined;
  } catch {
    return undefined;
  }
};
