/** What names the operation, and a signature in the query: no members. */
const AROUND = /^(?:Action|Version|X-Amz-.*)$/;

/** What the query protocol's members say: `Tags.member.1.Key=a` is `{Tags: [{Key: 'a'}]}`; `TagKeys=` is an empty list. */
export const inputOf = (parameters: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> => {
  const whole: Branch = new Map();
  for (const [name, value] of parameters) if (!AROUND.test(name)) put(whole, name.split('.'), value);
  return recordOf(whole);
};

type Branch = Map<string, string | Branch>;

/** As deep as any member goes; what is deeper is nobody's. */
const DEEPEST = 8;

const put = (branch: Branch, path: readonly string[], value: string): void => {
  const [first = '', ...rest] = path;
  if (path.length > DEEPEST) return;
  if (rest.length === 0) {
    branch.set(first, value);
    return;
  }
  const below = branch.get(first);
  const next: Branch = below instanceof Map ? below : new Map();
  branch.set(first, next);
  put(next, rest, value);
};

const recordOf = (branch: Branch): Record<string, unknown> =>
  Object.fromEntries(
    [...branch].map(([name, value]) => [name, typeof value === 'string' ? value : listOrRecord(value)]),
  );

const listOrRecord = (branch: Branch): unknown => {
  const members = branch.get('member');
  if (!(members instanceof Map)) return recordOf(branch);
  const numbered = [...members].filter(([number]) => /^[1-9]\d{0,4}$/.test(number));
  return numbered
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, value]) => (typeof value === 'string' ? value : listOrRecord(value)));
};
