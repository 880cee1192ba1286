/** Texts, with what is escaped in them, and what opens, closes and parts; all else of a JSON text means nothing here. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/gs;

/** What a place in an object or a list may hold next. */
interface Level {
  /** Of an object; a list has none. */
  readonly keys?: Set<string>;
  atKey: boolean;
}

/** Whether an object of a JSON text has a key twice, which parsers pass over. The text is to be valid. Rule A-100. */
export const hasRepeatedKeys = (json: string): boolean => {
  const levels: Level[] = [];
  for (const [token] of json.matchAll(TOKENS)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ keys: new Set(), atKey: true });
    else if (token === '[') levels.push({ atKey: false });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',') level!.atKey = level!.keys !== undefined;
    else if (level?.atKey) {
      const key = JSON.parse(token) as string;
      if (level.keys!.has(key)) return true;
      level.keys!.add(key);
      level.atKey = false;
    }
  }
  return false;
};
