import { referenceOf } from './reference.ts';

/** What a busy or unreachable registry says: it may pass. */
const PASSING =
  /toomanyrequests|too many requests|\b429\b|\b50[0234]\b|internal server error|bad gateway|unavailable|time-?out|timed out|deadline exceeded|connection refused|reset by peer|broken pipe|\bEOF\b|i\/o error|no such host|temporary failure|server misbehaving/i;

/** What is refused or missing stays so, whatever else is said. */
const FINAL = /manifest unknown|\bnot found\b|unauthorized|denied|invalid reference/i;

/** Whether what the daemon says of a pull may pass. Words in the image's name say nothing. Pure. */
export const isPassing = (message: string, image: string): boolean => {
  const said = withoutName(message, image);
  return PASSING.test(said) && !FINAL.test(said);
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
