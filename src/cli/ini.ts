/** One setting: its key, and its line with those that belong to it (a nested one's are indented). */
export interface Setting {
  readonly key: string;
  readonly text: string;
}

/**
 * Puts settings into a section of the text of an INI file: each in the place of its like, else at the section's end; a
 * section that is not there is added at the end. All other bytes stay as they are.
 */
export const putSettings = (text: string, section: string, settings: readonly Setting[]): string => {
  const lines = text.split(/(?<=\n)/);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const written = (setting: Setting) => `${setting.text}\n`.replaceAll('\n', newline);
  const begin = lines.findIndex((line) => headOf(line) === section);
  if (begin < 0) {
    const gap = text === '' ? '' : text.endsWith('\n') ? newline : newline + newline;
    return `${text}${gap}[${section}]${newline}${settings.map(written).join('')}`;
  }
  const body = bodyOf(lines, begin);
  const end = begin + 1 + body.length;
  const kept = settings.reduce((now, setting) => replace(now, setting.key, written(setting)), body);
  return `${lines.slice(0, begin).join('')}${ended(lines[begin]!, newline)}${kept.join('')}${lines.slice(end).join('')}`;
};

/** Takes settings out of a section, with the lines that belong to them; all other bytes stay as they are. */
export const dropSettings = (text: string, section: string, keys: readonly string[]): string => {
  const lines = text.split(/(?<=\n)/);
  const begin = lines.findIndex((line) => headOf(line) === section);
  if (begin < 0) return text;
  const body = bodyOf(lines, begin);
  const kept = keys.reduce(drop, body);
  return [...lines.slice(0, begin + 1), ...kept, ...lines.slice(begin + 1 + body.length)].join('');
};

/** The value of a setting, on its own line, in a section; undefined when it is not there. */
export const settingIn = (text: string, section: string, key: string): string | undefined => {
  const lines = text.split(/(?<=\n)/);
  const begin = lines.findIndex((line) => headOf(line) === section);
  const line = begin < 0 ? undefined : bodyOf(lines, begin).find((each) => placeOf([each], key)[0] === 0);
  return line?.slice(line.indexOf('=') + 1).trim();
};

/** `profile x` of `[profile x]`, however it is spaced. */
const headOf = (line: string): string | undefined =>
  /^\[([^\]]*)\]/.exec(line.trim())?.[1]?.trim().replaceAll(/\s+/g, ' ').replaceAll(/["']/g, '');

/** The section's own lines: blank ones and comments before the next section belong to that one. */
const bodyOf = (lines: readonly string[], begin: number): string[] => {
  const next = lines.findIndex((line, at) => at > begin && headOf(line) !== undefined);
  const body = lines.slice(begin + 1, next < 0 ? lines.length : next);
  while (body.length > 0 && /^\s*([#;].*)?$/.test(body.at(-1)!.trimEnd())) body.pop();
  return body;
};

const replace = (body: readonly string[], key: string, text: string): string[] => {
  const [at, after] = placeOf(body, key);
  if (at < 0) return [...body.map((line) => ended(line, text.endsWith('\r\n') ? '\r\n' : '\n')), text];
  return [...body.slice(0, at), text, ...body.slice(after)];
};

const drop = (body: readonly string[], key: string): string[] => {
  const [at, after] = placeOf(body, key);
  return at < 0 ? [...body] : [...body.slice(0, at), ...body.slice(after)];
};

/** From where to where a setting's lines go; -1 when it is not there. */
const placeOf = (body: readonly string[], key: string): [number, number] => {
  const at = body.findIndex((line) => new RegExp(`^${key}\\s*=`).test(line));
  let after = at + 1;
  while (at >= 0 && /^[ \t]+\S/.test(body[after] ?? '')) after++;
  return [at, after];
};

const ended = (line: string, newline: string): string => (line.endsWith('\n') ? line : `${line}${newline}`);
