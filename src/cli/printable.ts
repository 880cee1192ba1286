/** Of a text that others chose, what ends a line, moves a cursor or turns the direction of writing. */
const UNSEEN = /[^\P{Cc}\t]|[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text that a terminal shows and, but for tabs, does not obey: such letters stand as JSON writes them, so that JSON stays the same. */
export const printable = (text: string): string =>
  text.replace(UNSEEN, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
