/* What an API server sends is looked at field by field: of another type than expected it counts as left out. */

export type Json = Readonly<Record<string, unknown>>;

export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : NO_OBJECT;

const NO_OBJECT: Json = {};

const NO_LIST: readonly unknown[] = [];

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : NO_LIST);

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/* What is of the right types already is kept as it was parsed: of thousands of objects nothing is made twice. */

const NO_TEXTS: readonly string[] = [];

export const textsOf = (value: unknown): readonly string[] => {
  const list = listOf(value);
  if (list.length === 0) return NO_TEXTS;
  return list.every(isText) ? list : list.filter(isText);
};

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** Wall milliseconds of an RFC 3339 time. */
export const timeOf = (value: unknown): number | undefined => {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
};

const NO_MAP: Readonly<Record<string, string>> = {};

export const mapOf = (value: unknown): Readonly<Record<string, string>> => {
  const map = objectOf(value);
  const values = Object.values(map);
  if (values.length === 0) return NO_MAP;
  if (values.every(isText)) return map as Readonly<Record<string, string>>;
  return Object.fromEntries(Object.entries(map).filter((pair): pair is [string, string] => isText(pair[1])));
};

const isText = (value: unknown): value is string => typeof value === 'string';
