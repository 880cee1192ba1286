import { RE2JS } from 're2js';

/** Whether a line matches, anywhere in it. */
export type LinePattern = (line: string) => boolean;

/** What a pattern may be made of, in instructions: all of the classes and codes of a date are 300. */
const MOST_INSTRUCTIONS = 500;

/**
 * A pattern in the syntax of Go's `regexp` (RE2), which is matched in time that grows with the line alone: it comes from
 * whoever submits jobs. Why there is none, in the words of Go, for what is no such pattern.
 */
export const linePattern = (text: string): LinePattern | { readonly fault: string } => {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(text);
  } catch (error) {
    return { fault: (error as Error).message };
  }
  return compiled.programSize() > MOST_INSTRUCTIONS
    ? { fault: 'error parsing regexp: expression too large' }
    : (line) => compiled.test(line);
};
