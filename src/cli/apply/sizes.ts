import { MOST_CHARACTERS, sizeOf } from '../../domain/access-input.ts';

type Owner = 'user' | 'group' | 'role';

/** How many characters its documents have too many; undefined where there is room. */
export const tooLong = (
  kind: Owner | 'managed' | 'trust',
  documents: readonly object[],
): string | undefined => {
  const size = documents.reduce((sum, one) => sum + sizeOf(JSON.stringify(one)), 0);
  return size > MOST_CHARACTERS[kind]
    ? `${size} characters without white space: there may be ${MOST_CHARACTERS[kind]}`
    : undefined;
};
