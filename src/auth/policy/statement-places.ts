/** Texts with what is escaped in them, and what opens, closes and parts. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gs;

/** From one, as editors count. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where each statement of a document begins and ends, in their order. The text is to be a valid policy. */
export const statementPlaces = (text: string): { readonly start: Place; readonly end: Place }[] => {
  const spans: [number, number][] = [];
  let depth = 0;
  let key = '';
  let last = '';
  let begun = 0;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === '}' || token === ']') {
      depth--;
      if (token === '}' && isStatement(depth, key, last)) spans.push([begun, index]);
    } else if (token === '{' || token === '[') {
      if (token === '{' && isStatement(depth, key, last)) begun = index;
      if (depth === 1) last = token;
      depth++;
    } else if (token === ':' && depth === 1) last = token;
    else if (depth === 1 && token.startsWith('"') && last !== ':') key = JSON.parse(token) as string;
    else if (depth === 1 && token === ',') last = token;
  }
  const placeOf = placing(text);
  return spans.map(([from, to]) => ({ start: placeOf(from), end: placeOf(to) }));
};

/** The one there is stands right below the document, others in a list. */
const isStatement = (depth: number, key: string, opened: string): boolean =>
  key === 'Statement' && (depth === 1 || (depth === 2 && opened === '['));

const placing =
  (text: string) =>
  (index: number): Place => {
    const before = text.slice(0, index).split('\n');
    return { line: before.length, column: before.at(-1)!.length + 1 };
  };
