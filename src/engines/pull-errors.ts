import { referenceOf } from './reference.ts';

/**
 * What is to be hoped of a pull that failed: nothing; that a registry comes back that cannot be found or reached; that one
 * that is busy, answers 5xx or 429, or takes too long does the next time.
 */
export type Outlook = 'final' | 'away' | 'busy';

/** What is refused or missing stays so, whatever else is said. */
const FINAL = /manifest unknown|\bnot found\b|unauthorized|denied|invalid reference/i;

/** Its name has no address, or nobody can be asked for it. */
const LOOKUP = /\blookup\b|no such host|temporary failure|server misbehaving/i;

const BUSY =
  /toomanyrequests|too many requests|\b429\b|\b50[0234]\b|status(?: code)?:? 5\d\d\b|internal server error|bad gateway|unavailable|time-?out|timed out|deadline exceeded/i;

const AWAY =
  /connection refused|reset by peer|broken pipe|\bEOF\b|i\/o error|no route to host|host is down|network is unreachable/i;

/** What the daemon's word of a pull that failed promises. Words in the image's name say nothing. Pure. */
export const outlookOf = (message: string, image: string): Outlook => {
  const said = withoutName(message, image);
  if (FINAL.test(said)) return 'final';
  if (LOOKUP.test(said)) return 'away';
  if (BUSY.test(said)) return 'busy';
  return AWAY.test(said) ? 'away' : 'final';
};

/** A message without what only says which image: its name with and without tag or registry, and URLs of both. */
const withoutName = (message: string, image: string): string => {
  const { name, registry } = referenceOf(image);
  const isOurs = /^[^/]*[.:][^/]*\/|^localhost\//.test(name);
  const path = isOurs ? name.slice(name.indexOf('/') + 1) : name;
  const words = message.split(/\s+/);
  const isName = (word: string, at: number): boolean => {
    if (word.includes(`/${path}`) || (isOurs && word.includes(registry))) return true;
    const bare = word.replace(/^\W+|\W+$/g, '');
    // a name of one part may be a word like any other: it is told by what stands before it
    if (bare === path) return path.includes('/') || words[at - 1] === 'for';
    return bare.startsWith(`${path}:`) || bare.startsWith(`${path}@`);
  };
  return words.filter((word, at) => !isName(word, at)).join(' ');
};
