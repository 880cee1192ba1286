/** `YYYYMMDDThhmmssZ` of wall milliseconds: ISO 8601's basic form, as signatures use it. */
export const basic = (wall: number): string => new Date(wall).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** Wall milliseconds of a basic date; undefined when it is none. */
export const parseBasic = (text: string): number | undefined => {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [, y, mo, d, h, mi, s] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(y, mo - 1, d, h, mi, s);
};
