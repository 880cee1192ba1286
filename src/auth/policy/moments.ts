/** The W3C's forms of ISO 8601, in either case of T and Z. */
const DATE =
  /^(-?\d{1,9})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:t(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?)?(z|[+-]\d\d(?::?\d\d)?)?)?$/i;
const EPOCH = /^-?\d{1,19}$/;
const MOST_SECONDS = 9_223_372_036_854_775_807n;

/** Milliseconds since 1970; undefined where it is no moment. A day alone is its midnight in UTC; digits alone are seconds. Rule A-133. */
export const momentOf = (text: string): number | undefined => {
  if (EPOCH.test(text)) {
    const seconds = BigInt(text);
    return seconds > MOST_SECONDS || -seconds > MOST_SECONDS ? undefined : Number(seconds) * 1000;
  }
  const found = DATE.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = [0, 1, 1, 0, 0, 0].map((least, n) =>
    Number(found[n + 1] ?? least),
  );
  if (!between(month!, 1, 12) || !between(day!, 1, 31)) return undefined;
  if (!between(hour!, 0, 23) || !between(minute!, 0, 59) || !between(second!, 0, 59)) return undefined;
  const offset = offsetOf(found[8]);
  if (offset === undefined) return undefined;
  const day0 = new Date(0);
  day0.setUTCFullYear(year!, month! - 1, day!);
  const fraction = Number(`0.${found[7] ?? 0}`) * 1000;
  return day0.getTime() + ((hour! * 60 + minute! - offset) * 60 + second!) * 1000 + fraction;
};

const between = (value: number, least: number, most: number): boolean => value >= least && value <= most;

/** In minutes; none is UTC. */
const offsetOf = (zone: string | undefined): number | undefined => {
  if (zone === undefined || zone.toLowerCase() === 'z') return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone)!;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};
