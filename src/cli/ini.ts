/**
 * Puts a section into the text of an INI file, in the place of one of that name or at the end; all other bytes stay as
 * they are.
 */
export const putSection = (text: string, name: string, lines: readonly string[]): string => {
  const section = [`[${name}]`, ...lines, ''].join('\n');
  const all = text.split(/(?<=\n)/);
  const begin = all.findIndex((line) => line.trim() === `[${name}]`);
  if (begin < 0) {
    const gap = text === '' ? '' : text.endsWith('\n\n') ? '' : text.endsWith('\n') ? '\n' : '\n\n';
    return `${text}${gap}${section}`;
  }
  const after = all.findIndex((line, at) => at > begin && line.trim().startsWith('['));
  const rest = after < 0 ? '' : `\n${all.slice(after).join('')}`;
  return `${all.slice(0, begin).join('')}${section}${rest}`;
};
