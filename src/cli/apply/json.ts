/* JSON that tells where its values stand: for files that people write, whose mistakes have a line. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json;
}

/** A mistake: the line that it stands in, from one. */
export class JsonError extends Error {
  readonly line: number;
  constructor(line: number, what: string) {
    super(what);
    this.line = line;
  }
}

export interface Read {
  readonly value: Json;
  /** Of the value at a path such as `users[2].policies[0]`; of one that is not there, of the nearest around it. */
  readonly lineOf: (path: string) => number;
}

const BLANKS = /[ \t\r\n]*/y;
const ESCAPED = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DEEPEST = 100;
/** What some editors begin a file with. */
const MARK = '\ufeff';

/** Reads a whole text. Throws a `JsonError` for what is no JSON, and for a member that is there twice: parsers pass over the first. */
export const readJson = (text: string): Read => {
  const lines = new Map<string, number>();
  const reader = new Reader(text, lines);
  const value = reader.whole();
  const lineOf = (path: string): number => {
    const known = lines.get(path);
    if (known !== undefined || path === '') return known ?? 1;
    return lineOf(path.replace(/(?:\.?[^.[\]]+|\[\d+\])$/, ''));
  };
  return { value, lineOf };
};

class Reader {
  private readonly text: string;
  private readonly lines: Map<string, number>;
  private at = 0;

  constructor(text: string, lines: Map<string, number>) {
    this.text = text;
    this.lines = lines;
  }

  whole(): Json {
    if (this.text.startsWith(MARK)) this.at++;
    const value = this.value('', 0);
    if (this.next() !== '') throw this.wrong('nothing follows here');
    return value;
  }

  private value(path: string, depth: number): Json {
    const first = this.next();
    if (depth > DEEPEST) throw this.wrong('it is nested too deep');
    this.lines.set(path, this.line());
    if (first === '{') return this.object(path, depth);
    if (first === '[') return this.list(path, depth);
    const scalar = this.string() ?? this.take(SCALAR);
    if (scalar === undefined) throw this.wrong('a value is expected here');
    return JSON.parse(scalar) as Json;
  }

  private object(path: string, depth: number): Json {
    const members = new Map<string, Json>();
    this.each('}', () => {
      this.next();
      const quoted = this.string();
      if (quoted === undefined) throw this.wrong('the name of a member is expected here, in double quotes');
      const name = JSON.parse(quoted) as string;
      if (members.has(name)) throw this.wrong(`${name} is there twice`);
      this.expect(':');
      members.set(name, this.value(path === '' ? name : `${path}.${name}`, depth + 1));
    });
    return Object.fromEntries(members);
  }

  private list(path: string, depth: number): Json {
    const entries: Json[] = [];
    this.each(']', () => entries.push(this.value(`${path}[${entries.length}]`, depth + 1)));
    return entries;
  }

  /** What is parted by commas, up to `end`. */
  private each(end: '}' | ']', read: () => void): void {
    this.at++;
    if (this.next() === end) {
      this.at++;
      return;
    }
    for (;;) {
      read();
      const after = this.next();
      if (after !== ',' && after !== end) throw this.wrong(`a comma or ${end} is expected here`);
      this.at++;
      if (after === end) return;
    }
  }

  private expect(letter: string): void {
    if (this.next() !== letter) throw this.wrong(`${letter} is expected here`);
    this.at++;
  }

  /** The letter behind what is blank; empty at the end. */
  private next(): string {
    this.take(BLANKS);
    return this.text.charAt(this.at);
  }

  /** Letter by letter: of some megabytes a pattern runs out of stack. */
  private string(): string | undefined {
    if (this.text.charAt(this.at) !== '"') return undefined;
    let end = this.at + 1;
    for (;;) {
      const code = this.text.charCodeAt(end);
      // behind the end it is no number
      if (!(code >= 0x20)) return undefined;
      end++;
      if (code === QUOTE) break;
      if (code !== BACKSLASH) continue;
      ESCAPED.lastIndex = end - 1;
      const escaped = ESCAPED.exec(this.text)?.[0];
      if (escaped === undefined) return undefined;
      end += escaped.length - 1;
    }
    const found = this.text.slice(this.at, end);
    this.at = end;
    return found;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private counted = { at: 0, line: 1 };

  private line(): number {
    const { at, line } = this.counted;
    const more = this.text.slice(at, this.at).split('\n').length - 1;
    this.counted = { at: this.at, line: line + more };
    return this.counted.line;
  }

  private wrong(what: string): JsonError {
    return new JsonError(this.line(), this.at >= this.text.length ? 'the file ends too early' : what);
  }
}
