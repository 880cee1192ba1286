import type { Context } from './context.ts';
import type { Piece } from './glob.ts';

/** What of a text is not text: `*` and `?`, and variables, which came with version 2012-10-17. */
export interface Reading {
  readonly wildcards: boolean;
  readonly variables: boolean;
}

/** A part of a policy's text. A variable's key is in lower case. */
export type Part = Piece | Variable;
interface Variable {
  readonly variable: string;
  readonly fallback?: string;
}

const WILDCARD = /[*?]/g;
/** No brace within, so that many that are never closed are passed over but once. */
const WILDCARD_OR_VARIABLE = /\$\{[^{}]*\}|[*?]/g;

/** Rules: `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the characters themselves. */
export const partsOf = (text: string, { wildcards, variables }: Reading): Part[] => {
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: mark, index } of text.matchAll(variables ? WILDCARD_OR_VARIABLE : WILDCARD)) {
    const isVariable = mark.startsWith('$');
    if (!isVariable && !wildcards) continue;
    if (index > from) parts.push({ text: text.slice(from, index) });
    parts.push(isVariable ? variableOf(mark.slice(2, -1)) : mark === '*' ? 'run' : 'one');
    from = index + mark.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
};

const QUOTED = /^'([^']*)'$/;

const variableOf = (inside: string): Part => {
  if (inside === '*' || inside === '?' || inside === '$') return { text: inside };
  const [key = '', ...rest] = inside.split(',');
  const fallback = QUOTED.exec(rest.join(',').trim())?.[1];
  return { variable: key.trim().toLowerCase(), ...(fallback !== undefined && { fallback }) };
};

const isVariable = (part: Part): part is Variable => typeof part === 'object' && 'variable' in part;

export const hasVariables = (parts: readonly Part[]): boolean => parts.some(isVariable);

/**
 * Puts values in for variables: they are text from then on, whatever they hold (rule A-123). Undefined where one has
 * neither a single value nor a default.
 */
export const filled = (parts: readonly Part[], context: Context): Piece[] | undefined => {
  const pieces: Piece[] = [];
  for (const part of parts) {
    if (!isVariable(part)) {
      pieces.push(part);
      continue;
    }
    const value = context.get(part.variable);
    const text = typeof value === 'string' ? value : part.fallback;
    if (text === undefined) return undefined;
    pieces.push({ text });
  }
  return pieces;
};

/** Of parts without variables. */
export const piecesOf = (parts: readonly Part[]): Piece[] =>
  parts.filter((part): part is Piece => !isVariable(part));
