import { type Bytes, eventAt, LONGEST, type LogEvent, lineStart, NEWLINE, View } from './lines.ts';

/** How lines become events of several. Times in wall milliseconds. */
export interface Joining {
  /** Whether a line begins an event; the others belong to the one before them. */
  readonly begins: (line: string) => boolean;
  /** When the line came that ends there. */
  readonly timeOf: (end: number) => number;
  readonly now: number;
}

/** After so long without more, an event is over (as the driver, which waits and then sends what it has). */
const QUIET_MILLISECONDS = 1000;
/** What of a line is held against the pattern, in characters. */
const LOOKED_AT = 4096;
const LINE_COST = 16;
/**
 * A line that is the first of such a stretch begins an event when no line of the stretch before it did: so that nobody who
 * comes from behind need look further. An event that is no longer than it may be is never cut by it.
 */
const STRETCH = LONGEST;

/** An output whose lines are joined; what was found out of its lines, by where they begin. */
export class JoinedView {
  readonly view: View;
  readonly complete: boolean;
  /** In characters: how much was held against the pattern, with what each line costs beside. */
  looked = 0;
  private readonly joining: Joining;
  private last: LogEvent | undefined;
  private readonly known = new Map<number, boolean>();

  constructor(bytes: Bytes, complete: boolean, joining: Joining) {
    this.view = new View(bytes);
    this.complete = complete;
    this.joining = joining;
  }

  /** A line, or a piece of a long one. It is asked for the same one again and again. */
  lineAt(begin: number): LogEvent | undefined {
    if (this.last?.begin !== begin) this.last = eventAt(this.view, begin, this.complete);
    return this.last;
  }

  isLineStart(at: number): boolean {
    return at === 0 || this.view.of(at - 1, 1)[0] === NEWLINE;
  }

  /**
   * Whether nothing more belongs to what ends there, and no whole line follows: the task is over, or a second went by, until
   * now or until the line began that is not whole.
   */
  isOver(end: number): boolean {
    const { timeOf, now } = this.joining;
    return this.complete || this.isQuiet(end, end >= this.view.size ? now : timeOf(this.view.size));
  }

  private isQuiet(end: number, until: number): boolean {
    return until - this.joining.timeOf(end) >= QUIET_MILLISECONDS;
  }

  /** Whether the line that begins there begins an event whatever is before it, but for what that would come to. */
  isBegin(begin: number): boolean {
    if (this.isBeginByItself(begin)) return true;
    const before = lineStart(this.view, begin);
    return stretchOf(before) !== stretchOf(begin) && !this.hasBegin(before);
  }

  /** The last line before `end` that begins an event whatever is before it. */
  beginBefore(end: number): number {
    let at = lineStart(this.view, end);
    while (!this.isBegin(at)) at = lineStart(this.view, at);
    return at;
  }

  /** Whether a line begins an event among those that begin in the stretch of one, up to that one. */
  private hasBegin(last: number): boolean {
    for (let at = last; stretchOf(at) === stretchOf(last); at = lineStart(this.view, at)) {
      if (this.isBeginByItself(at)) return true;
    }
    return false;
  }

  private isBeginByItself(begin: number): boolean {
    if (begin === 0) return true;
    const known = this.known.get(begin) ?? this.looksLikeBegin(begin);
    this.known.set(begin, known);
    return known;
  }

  private looksLikeBegin(begin: number): boolean {
    const line = this.lineAt(begin);
    if (!line) return false;
    const text = line.message.slice(0, LOOKED_AT);
    this.looked += text.length + LINE_COST;
    return this.isQuiet(begin, this.joining.timeOf(line.end)) || this.joining.begins(text);
  }
}

const stretchOf = (at: number): number => Math.floor(at / STRETCH);
