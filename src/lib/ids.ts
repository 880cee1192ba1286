/** Where identifiers come from: chance is an argument, so that a seeded run repeats. */
export interface Ids {
  /** A lower-case UUID in the form of version 4, with dashes; better one that is near those made just before. */
  uuid(): string;
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
}
