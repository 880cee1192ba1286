/* A second evaluator, as plain and as slow as it can be: what the compiled one is compared to. */

type Context = Readonly<Record<string, string>>;
export interface PlainStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** By every way of taking a run apart; `$` in front makes a character plain. */
export const likeSlowly = (pattern: readonly string[], text: readonly string[]): boolean => {
  const reach: boolean[][] = [];
  for (let p = 0; p <= pattern.length; p++) {
    reach[p] = [];
    for (let t = 0; t <= text.length; t++) {
      const c = pattern[p - 1];
      if (p === 0) reach[p]![t] = t === 0;
      else if (c === '*') reach[p]![t] = reach[p - 1]![t]! || (t > 0 && reach[p]![t - 1]!);
      else if (t === 0) reach[p]![t] = false;
      else
        reach[p]![t] = reach[p - 1]![t - 1]! && (c === '?' || c === text[t - 1] || c === `$${text[t - 1]}`);
    }
  }
  return reach[pattern.length]![text.length]!;
};

const like = (pattern: string, text: string): boolean => likeSlowly([...pattern], [...text]);

/** Undefined where a variable has no value. */
const filledSlowly = (text: string, context: Context): string[] | undefined => {
  const characters: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const found = /^\$\{([^{}]*)\}/.exec(rest);
    if (!found) {
      const [c] = rest;
      characters.push(c!);
      rest = rest.slice(c!.length);
      continue;
    }
    const value = '*?$'.includes(found[1]!) ? found[1] : context[found[1]!];
    if (value === undefined) return undefined;
    characters.push(...[...value].map((c) => `$${c}`));
    rest = rest.slice(found[0].length);
  }
  return characters;
};

const resourceMatches = (pattern: string, resource: string, context: Context): boolean | undefined => {
  if (pattern === '*') return true;
  const wanted = pattern.split(':');
  const characters = filledSlowly(wanted.length > 5 ? wanted.slice(5).join(':') : '*', context);
  if (!characters) return undefined;
  const parts = resource.split(':');
  if (parts.length < 6) return false;
  const asked = [...parts.slice(0, 5), parts.slice(5).join(':')];
  if (!asked.slice(0, 5).every((part, n) => like(wanted[n] ?? '*', part))) return false;
  return likeSlowly(characters, [...asked[5]!]);
};

const conditionHolds = (
  operator: string,
  values: readonly string[],
  given: string | undefined,
  context: Context,
): boolean => {
  const negated = operator.includes('Not');
  if (given === undefined) return negated;
  const one = values.some((value) => {
    const characters = filledSlowly(value, context);
    if (!characters) return false;
    if (operator.endsWith('Like')) return likeSlowly(characters, [...given]);
    return characters.map((c) => (c.length > 1 ? c.slice(1) : c)).join('') === given;
  });
  return one !== negated;
};

const matches = (s: PlainStatement, action: string, resource: string, context: Context): boolean => {
  const named = (s.Action ?? s.NotAction)!.some((pattern) =>
    like(pattern.toLowerCase(), action.toLowerCase()),
  );
  if (named !== (s.Action !== undefined)) return false;
  const found = (s.Resource ?? s.NotResource)!.map((pattern) => resourceMatches(pattern, resource, context));
  if (s.Resource && !found.includes(true)) return false;
  if (s.NotResource && found.includes(true)) return false;
  if (s.NotResource && s.Effect === 'Allow' && found.includes(undefined)) return false;
  return Object.entries(s.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => conditionHolds(operator, values, context[key], context)),
  );
};

/** What identity policies of version 2012-10-17 say. */
export const verdictSlowly = (
  statements: readonly PlainStatement[],
  action: string,
  resource: string,
  context: Context,
): 'allow' | 'explicitDeny' | 'implicitDeny' => {
  const found = statements.filter((one) => matches(one, action, resource, context));
  if (found.some(({ Effect }) => Effect === 'Deny')) return 'explicitDeny';
  return found.length > 0 ? 'allow' : 'implicitDeny';
};
