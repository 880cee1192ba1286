/** What is known of a request, by condition key in lower case; several values only where a key is multivalued. */
export interface Context {
  get(key: string): Value | undefined;
}
export type Value = string | readonly string[];

/** Keys have no case, tag keys in them neither (rule A-128). */
export const contextOf = (values: Readonly<Record<string, Value>>): Context =>
  new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));

/** What several parts know together; the first that knows a key tells it. */
export const layered = (...parts: readonly Context[]): Context => ({
  get: (key) => {
    for (const part of parts) {
      const value = part.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  },
});

/** Made when a condition first asks for a key: most requests meet none that does. */
export const lazily = (make: () => Context): Context => {
  let made: Context | undefined;
  return {
    get: (key) => {
      made ??= make();
      return made.get(key);
    },
  };
};

const NONE: readonly string[] = [];

/** An empty list is as good as none. */
export const valuesOf = (context: Context, key: string): readonly string[] => {
  const value = context.get(key);
  return value === undefined ? NONE : typeof value === 'string' ? [value] : value;
};
