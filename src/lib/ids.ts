/** Where identifiers come from: chance is an argument, so that a seeded run repeats. */
export interface Ids {
  /** A lower-case UUID, version 4, with dashes. */
  uuid(): string;
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
}
