/** `YYYYMMDDThhmmssZ` of wall milliseconds: ISO 8601's basic form, as signatures use it. */
export const basic = (wall: number): string => new Date(wall).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** Wall milliseconds of a basic date; undefined when it is none. */
export const parseBasic = (text: string): number | undefined => {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return undefined;
  const part = (from: number, to: number) => Number(text.slice(from, to));
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15));
};
