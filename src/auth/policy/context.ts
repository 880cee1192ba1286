/** What is known of a request, by condition key in lower case; several values only where a key is multivalued. */
export type Context = ReadonlyMap<string, Value>;
export type Value = string | readonly string[];

/** Keys have no case, tag keys in them neither (rule A-128). */
export const contextOf = (values: Readonly<Record<string, Value>>): Context =>
  new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));

const NONE: readonly string[] = [];

/** An empty list is as good as none. */
export const valuesOf = (context: Context, key: string): readonly string[] => {
  const value = context.get(key);
  return value === undefined ? NONE : typeof value === 'string' ? [value] : value;
};
