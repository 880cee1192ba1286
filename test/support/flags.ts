/** What a script was told with a flag, a whole number above 0; throws when it is none. */
export const count = (flag: string, text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${flag} must be a whole number above 0, got '${text}'`);
};
