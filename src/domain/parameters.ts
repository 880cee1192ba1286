/** Rule J-097: the name is the longest run of these characters. */
const PLACEHOLDER = /Ref::([A-Za-z0-9_-]+)/g;

export type Substituted =
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | { readonly kind: 'missing'; readonly name: string };

/**
 * Puts values in the place of `Ref::name` in each argument, whole or inside a longer one. A value is taken as
 * it stands: not split, not read again (rules J-095 to J-103).
 */
export const substitute = (
  command: readonly string[],
  parameters: Readonly<Record<string, string>>,
): Substituted => {
  let missing: string | undefined;
  const replaced = command.map((argument) =>
    argument.replace(PLACEHOLDER, (whole, name: string) => {
      if (Object.hasOwn(parameters, name)) return parameters[name]!;
      missing ??= name;
      return whole;
    }),
  );
  return missing === undefined ? { kind: 'command', command: replaced } : { kind: 'missing', name: missing };
};
