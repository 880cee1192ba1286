import type { PodLogs, ReadOptions } from '../../src/engines/kubernetes/logs/pod-logs.ts';
import type { Pod } from '../../src/engines/kubernetes/objects.ts';
import type { LogFile } from '../../src/engines/logs/log-file.ts';
import type { Position } from '../../src/engines/logs/position.ts';
import type { VirtualTime } from './docker-imagined.ts';

interface Line {
  readonly time: number;
  readonly text: string;
}

/** What is wrong with the next readings of a log. */
export interface Fault {
  /** A refusal of this status; 0: no answer. */
  readonly status?: number;
  readonly says?: string;
  /** The answer ends, as if it were whole, after so many bytes. */
  readonly cutAfter?: number;
  /** The answer breaks off after so many bytes. */
  readonly breaksAfter?: number;
  /** It says this in the place of what was printed. */
  readonly words?: string;
  /** A follow says nothing of what is printed from now on. */
  readonly isDeaf?: boolean;
  /** The answer begins so many milliseconds late. */
  readonly late?: number;
}

class ImaginedLog {
  lines: Line[] = [];
  /** The last line has no end. */
  isOpen = false;
  hasEnded = false;
  faults: Fault[] = [];
  listeners = new Set<() => void>();
}

/** Kubelets' logs behind an API server, of pods by their names. */
export class ImaginedLogs implements PodLogs {
  private readonly time: VirtualTime;
  private readonly logs = new Map<string, ImaginedLog>();
  /** The readings that were asked for: `follow` or `read`, and of which pod. */
  readonly asked: string[] = [];
  /** Pods that are followed now. */
  readonly followers: string[] = [];

  constructor(time: VirtualTime) {
    this.time = time;
  }

  of(name: string): ImaginedLog {
    const log = this.logs.get(name) ?? new ImaginedLog();
    this.logs.set(name, log);
    return log;
  }

  print(name: string, ...texts: readonly string[]): void {
    const log = this.of(name);
    for (const text of texts) log.lines.push({ time: this.time.wall(), text });
    for (const tell of [...log.listeners]) tell();
  }

  end(name: string): void {
    const log = this.of(name);
    log.hasEnded = true;
    for (const tell of [...log.listeners]) tell();
  }

  async *read({ name }: Pod, { sinceTime, follow, signal }: ReadOptions): AsyncGenerator<Buffer> {
    const log = this.of(name);
    this.asked.push(`${follow ? 'follow' : 'read'} ${name}`);
    const fault = log.faults.shift() ?? {};
    await this.passed(fault.late ?? 0);
    if (fault.status !== undefined) throw refusal(fault.status, fault.says);
    if (fault.words !== undefined) {
      yield Buffer.from(fault.words);
      return;
    }
    const since = sinceTime?.getTime() ?? 0;
    if (follow) this.followers.push(name);
    try {
      yield* this.chunks(log, since, follow, fault, signal);
    } finally {
      if (follow) this.followers.splice(this.followers.indexOf(name), 1);
    }
  }

  private async *chunks(log: ImaginedLog, since: number, follow: boolean, fault: Fault, signal: AbortSignal) {
    let [left, told] = [fault.cutAfter ?? fault.breaksAfter ?? Number.POSITIVE_INFINITY, 0];
    while (!signal.aborted) {
      const text = fault.isDeaf ? '' : textOf(log, since).slice(told);
      const bytes = Buffer.from(text).subarray(0, left);
      told += text.length;
      left -= bytes.length;
      // in two parts, to be put together again
      for (const part of [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)])
        if (part.length > 0) yield part;
      if (left <= 0 && fault.breaksAfter !== undefined) throw refusal(0);
      if (left <= 0 || !follow || log.hasEnded) return;
      await new Promise<void>((resolve) => {
        const wake = () => {
          log.listeners.delete(wake);
          resolve();
        };
        log.listeners.add(wake);
        signal.addEventListener('abort', wake, { once: true });
        if (signal.aborted) wake();
      });
    }
  }

  private passed(milliseconds: number): Promise<void> {
    return milliseconds === 0
      ? Promise.resolve()
      : new Promise((resolve) => void this.time.after(milliseconds, resolve));
  }
}

const textOf = ({ lines, isOpen }: ImaginedLog, since: number): string => {
  const text = lines
    .filter(({ time }) => time >= since)
    .map((line) => `${new Date(line.time).toISOString().replace('Z', '000000Z')} ${line.text}\n`)
    .join('');
  return isOpen ? text.slice(0, -1) : text;
};

const refusal = (status: number, says = `the API server said ${status}`): Error =>
  status === 0 ? new Error('socket hang up') : Object.assign(new Error(says), { status });

/** A file in memory: `text` is what is kept. */
export class KeptFile implements LogFile {
  position: Position | undefined;
  text = '';

  get size(): number {
    return Buffer.byteLength(this.text);
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  append(pieces: readonly { readonly bytes: Buffer }[], position: Position | undefined): void {
    this.text += pieces.map(({ bytes }) => bytes.toString('utf8')).join('');
    this.position = position ?? this.position;
  }
}
