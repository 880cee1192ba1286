/** An element: its text, or those within it by name, in their order. */
export interface Element {
  readonly text: string;
  readonly inner: Readonly<Record<string, readonly Element[]>>;
}

const TAG = /<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)/g;

/** Reads the XML that IAM answers with: elements and text, nothing else. */
export const readXml = (xml: string): Element => {
  const root = emptied();
  const open = [root];
  for (const [, closes, name, isEmpty, text] of xml.replace(/^<\?[^>]*\?>/, '').matchAll(TAG)) {
    const at = open.at(-1)!;
    if (text !== undefined) at.text += unescaped(text);
    else if (closes) open.pop();
    else {
      const made = emptied();
      at.inner[name!] = [...(at.inner[name!] ?? []), made];
      if (!isEmpty) open.push(made);
    }
  }
  return root;
};

interface Growing {
  text: string;
  inner: Record<string, Growing[]>;
}

const emptied = (): Growing => ({ text: '', inner: {} });

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name?: string) =>
    code === undefined ? (NAMED[name!] ?? whole) : String.fromCodePoint(Number(code)),
  );

/** The elements along a path of names, of the first of each. */
export const at = (element: Element | undefined, ...path: readonly string[]): Element | undefined =>
  path.reduce<Element | undefined>((one, name) => one?.inner[name]?.[0], element);

export const textAt = (element: Element | undefined, ...path: readonly string[]): string | undefined =>
  at(element, ...path)?.text;

/** The entries of a list, which are called `member`. */
export const members = (element: Element | undefined, ...path: readonly string[]): readonly Element[] =>
  at(element, ...path)?.inner.member ?? [];
