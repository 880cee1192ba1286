import type { Clock } from '../../../lib/clock.ts';
import { markOf } from '../../logs/fresh.ts';
import { Keeping } from '../../logs/keeping.ts';
import type { LogFile } from '../../logs/log-file.ts';
import type { Message } from '../../logs/message.ts';
import { type Position, START } from '../../logs/position.ts';
import type { Pod } from '../objects.ts';
import type { PodLogs } from './pod-logs.ts';
import { StampedLines } from './stamped-lines.ts';

/** An answer that came in less is whole, as far as anybody can tell. */
const QUICK_MILLISECONDS = 500;
/** So often at most an answer is asked for until another says the same. */
const ROUNDS = 4;

export interface LogReaderParts {
  readonly logs: PodLogs;
  readonly file: LogFile;
  readonly clock: Clock;
  readonly pod: Pod;
}

/**
 * Reads a pod's log on from where it was left into its file. One reading at a time. An answer that a dying kubelet has cut short
 * ends like a whole one: what its end alone would say (a line without an end, lines in the place of those that were kept) is
 * believed once another answer says the same.
 */
export class LogReader {
  private readonly parts: LogReaderParts;
  /** The container prints into a log that nobody can watch: see `HINDERED`. */
  isHindered = false;
  /** Steady milliseconds. */
  heardAt: number;

  constructor(parts: LogReaderParts) {
    this.parts = parts;
    this.heardAt = parts.clock.steady();
  }

  /** How many lines, or pieces of long ones, are kept. */
  get kept(): number {
    return this.position().total;
  }

  /** Something of it is kept. */
  get hasBegun(): boolean {
    return this.parts.file.position !== undefined;
  }

  /** Keeps lines as they come, whole ones alone, until the container ends, the answer does, or it is called off. */
  async follow(signal: AbortSignal): Promise<void> {
    const { lines, keeping } = this.begin();
    for await (const chunk of this.open(true, signal)) {
      const { messages, words } = lines.push(chunk);
      this.hear(words);
      keeping.take(messages);
    }
    this.hear(lines.rest().words);
  }

  /** Keeps what there is now, whole lines alone. Of what is kept already nothing is read where nothing was. */
  async readOn(signal: AbortSignal): Promise<void> {
    let before: string | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      const { keeping, doubt } = await this.readOnce(signal, false);
      if (doubt !== undefined && doubt === before) keeping.end();
      if (doubt === undefined || doubt === before) return;
      before = doubt;
    }
  }

  /** Of a container that has ended: keeps all that is left. Resolves to what the kubelet says in the place of it, if anything. */
  async finish(signal: AbortSignal): Promise<string | undefined> {
    let before: string | undefined;
    for (let round = 1; ; round++) {
      const { keeping, doubt, rest, words, isQuick } = await this.readOnce(signal, true);
      const isSure = doubt === undefined ? isQuick || round > 1 : doubt === before;
      if (isSure || round === ROUNDS) {
        keeping.end();
        keeping.take(rest);
        return words.length > 0 ? words.join(' ') : undefined;
      }
      before = doubt;
    }
  }

  /** One answer, whose certain lines are kept. `doubt`: what its end would say. */
  private async readOnce(signal: AbortSignal, isEnded: boolean): Promise<Once> {
    const { lines, keeping } = this.begin();
    const { clock } = this.parts;
    const [began, words]: [number, string[]] = [clock.steady(), []];
    for await (const chunk of this.open(false, signal)) {
      const read = lines.push(chunk);
      words.push(...read.words);
      keeping.take(read.messages);
    }
    const rest = lines.rest();
    words.push(...rest.words);
    const isQuick = clock.steady() - began < QUICK_MILLISECONDS;
    const doubt = doubtOf(keeping, isEnded ? [...rest.messages.map(markOf), ...rest.words] : []);
    return { keeping, doubt, rest: rest.messages, words, isQuick };
  }

  private begin(): { readonly lines: StampedLines; readonly keeping: Keeping } {
    return { lines: new StampedLines(), keeping: new Keeping(this.parts.file, this.position()) };
  }

  private position(): Position {
    return this.parts.file.position ?? START;
  }

  private async *open(follow: boolean, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { logs, pod, clock } = this.parts;
    const { since } = this.position();
    const sinceTime = since === 0 ? undefined : new Date(since * 1000);
    this.heardAt = clock.steady();
    for await (const chunk of logs.read(pod, { sinceTime, follow, signal })) {
      this.heardAt = clock.steady();
      yield chunk;
    }
  }

  /** Rule K-125. */
  private hear(words: readonly string[]): void {
    if (words.some((word) => HINDERED.test(word))) this.isHindered = true;
  }
}

/** The node has no more watchers of files. */
const HINDERED = /failed to create fsnotify watcher/;

interface Once {
  readonly keeping: Keeping;
  readonly doubt: string | undefined;
  readonly rest: readonly Message[];
  readonly words: readonly string[];
  readonly isQuick: boolean;
}

/** `rest`: the last line, where it has no end. */
const doubtOf = ({ doubtful, missing }: Keeping, rest: readonly string[]): string | undefined =>
  doubtful === 0 && rest.length === 0 ? undefined : `${doubtful} ${missing} ${rest.join()}`;
