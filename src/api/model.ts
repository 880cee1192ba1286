/**
 * A service's model as data. A member's type is spelled in a letter or a few: `s` string, `i` integer, `l` integer of 64 bits, `f` number with a fraction, `b` boolean,
 * `t` time, `j` JSON, `x` bytes, `eName` enumeration, `@Name` structure; `[` before it makes a list, `{` a map of
 * strings; `!` behind it means required.
 */
export interface Model {
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

export interface OperationModel {
  readonly method: string;
  readonly path: string;
  readonly input: string;
  readonly output: string;
}
