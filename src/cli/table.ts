/** What a table is printed on. */
export interface Page {
  /** Columns of the terminal; undefined where it is none: nothing is cut then. */
  readonly width: number | undefined;
  readonly colour: boolean;
}

/** Stdout as it is: colour on a terminal only, and not with NO_COLOR. */
export const pageOf = (stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Page => ({
  width: stream.isTTY ? stream.columns || 80 : undefined,
  colour: stream.isTTY === true && !env.NO_COLOR,
});

/** A header and rows in columns, each as wide as its widest cell; what does not fit the page is cut, with an ellipsis. */
export const table = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  page: Page,
): string[] => {
  const widths = header.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: readonly string[]): string =>
    fitted(
      cells
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
      page.width,
    );
  return [bold(line(header), page), ...rows.map((row) => coloured(line(row), page))];
};

export const fitted = (text: string, width: number | undefined): string =>
  width === undefined || text.length <= width ? text : `${text.slice(0, width - 1)}…`;

const ESCAPE = '\u001b[';
const bold = (text: string, { colour }: Page): string => (colour ? `${ESCAPE}1m${text}${ESCAPE}0m` : text);

const COLOURS: readonly (readonly [string, number])[] = [
  ['FAILED', 31],
  ['SUCCEEDED', 32],
  ['RUNNING', 34],
  ['RUNNABLE', 33],
];

/** The word of a state in its colour. */
const coloured = (text: string, { colour }: Page): string => {
  if (!colour) return text;
  const found = COLOURS.find(([state]) => new RegExp(`\\b${state}\\b`).test(text));
  if (!found) return text;
  const [state, code] = found;
  return text.replace(state, `${ESCAPE}${code}m${state}${ESCAPE}0m`);
};
