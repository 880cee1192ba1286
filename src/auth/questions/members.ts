/* Members of a body that nobody has checked: what is of another type counts as absent. */

/** Undefined also where it is empty, as Terraform sends what is not set. */
export const textAt = (input: unknown, name: string): string | undefined => {
  const value = memberAt(input, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Texts, numbers and booleans as conditions compare them. */
export const scalarAt = (input: unknown, name: string): string | undefined => {
  const value = memberAt(input, name);
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
};

export const listAt = (input: unknown, name: string): readonly unknown[] => {
  const value = memberAt(input, name);
  return Array.isArray(value) ? value : [];
};

export const textsAt = (input: unknown, name: string): readonly string[] =>
  listAt(input, name).filter((value) => typeof value === 'string');

/** What has more tags than this is refused for that, and looked at no further. */
export const MOST_TAGS = 100;

/** The texts of a map of tags. */
export const mapAt = (input: unknown, name: string): readonly (readonly [string, string])[] => {
  const value = memberAt(input, name);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value)
    .slice(0, MOST_TAGS + 1)
    .filter(([, text]) => typeof text === 'string');
};

export const memberAt = (input: unknown, name: string): unknown =>
  typeof input === 'object' && input !== null && Object.hasOwn(input, name)
    ? (input as Record<string, unknown>)[name]
    : undefined;
