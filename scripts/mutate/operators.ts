import type { Expression, Node, SpreadElement, Statement, TemplateElement } from '@babel/types';

/** One change of a file's text: what stands from `start` to `end` becomes `to`. */
export interface Edit {
  readonly what: string;
  readonly start: number;
  readonly end: number;
  readonly to: string;
}

const COMPARISON: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
};
const ARITHMETIC: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*' };
const BITS: Readonly<Record<string, string>> = { '&': '|', '|': '&' };
const ASSIGNMENT: Readonly<Record<string, string>> = { '+=': '-=', '-=': '+=', '??=': '=', '||=': '=' };
const METHOD: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  find: 'findLast',
  findLast: 'find',
  findIndex: 'findLastIndex',
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
};
const NARROWING = new Set([
  'filter',
  'slice',
  'sort',
  'toSorted',
  'reverse',
  'trim',
  'toLowerCase',
  'toUpperCase',
]);
/** What a look-up answers is turned. */
const ASKING = new Set(['includes', 'has', 'test']);

/** The changes that may be made at one node; `text` is the whole file. */
export const editsAt = (node: Node, text: string): Edit[] => {
  switch (node.type) {
    case 'BinaryExpression': {
      const isSum = isText(node.left) || isText(node.right);
      const to =
        COMPARISON[node.operator] ?? BITS[node.operator] ?? (isSum ? undefined : ARITHMETIC[node.operator]);
      return to === undefined ? [] : [between(node.left, node.operator, to, text)];
    }
    case 'LogicalExpression':
      if (node.operator === '??') return [replace('default removed', node, textOf(node.left, text))];
      return [between(node.left, node.operator, node.operator === '&&' ? '||' : '&&', text)];
    case 'UnaryExpression':
      return node.operator === '!'
        ? [replace('negation removed', { start: node.start, end: node.start! + 1 }, '')]
        : [];
    case 'AssignmentExpression': {
      const to = ASSIGNMENT[node.operator];
      return to === undefined ? [] : [between(node.left, node.operator, to, text)];
    }
    case 'UpdateExpression':
      return [
        replace(
          'counting turned',
          node,
          textOf(node, text).replace(/\+\+|--/, (o) => (o === '++' ? '--' : '++')),
        ),
      ];
    case 'NumericLiteral':
      return [replace('number', node, String(node.value + 1))];
    case 'BooleanLiteral':
      return [replace('boolean', node, String(!node.value))];
    case 'StringLiteral':
      return node.value.includes(' ') ? [replace('text removed', node, "''")] : [];
    case 'TemplateLiteral':
      return node.quasis.filter(isSentence).map((quasi) => replace('text removed', quasi, ''));
    case 'RegExpLiteral':
      return bounds(node, text);
    case 'ConditionalExpression':
      return [
        replace(
          'branches swapped',
          { start: node.consequent.start, end: node.alternate.end },
          `${textOf(node.alternate, text)} : ${textOf(node.consequent, text)}`,
        ),
      ];
    case 'IfStatement':
      return [
        ...negated(node.test, text),
        ...(node.alternate || isJump(node.consequent) ? [] : [removed(node)]),
      ];
    case 'ReturnStatement':
      return node.argument ? [] : [removed(node)];
    case 'ExpressionStatement':
    case 'ContinueStatement':
    case 'BreakStatement':
      return [removed(node)];
    case 'CallExpression':
      return [...called(node, text), ...spread(node.arguments, '[]')];
    case 'ArrayExpression':
      return spread(node.elements, '[]');
    case 'ObjectExpression':
      return spread(node.properties, '{}');
    default:
      return [];
  }
};

type Span = { readonly start?: number | null | undefined; readonly end?: number | null | undefined };

const textOf = (node: Span, text: string): string => text.slice(node.start!, node.end!);

const replace = (what: string, node: Span, to: string): Edit => ({
  what,
  start: node.start!,
  end: node.end!,
  to,
});

/** Its own removal is that of the condition before it. */
const isJump = (node: Statement): boolean =>
  /^(Continue|Break)Statement$/.test(node.type) || (node.type === 'ReturnStatement' && !node.argument);

const removed = (node: Statement): Edit => replace('statement removed', node, ';');

/** The operator: between its operands stand only it, spaces and brackets. */
const between = (left: Span, from: string, to: string, text: string): Edit => {
  const start = text.indexOf(from, left.end!);
  return { what: `${from} to ${to}`, start, end: start + from.length, to };
};

const isText = (node: Node): boolean =>
  node.type === 'StringLiteral' ||
  node.type === 'TemplateLiteral' ||
  (node.type === 'BinaryExpression' && node.operator === '+' && (isText(node.left) || isText(node.right)));

const isSentence = (quasi: TemplateElement): boolean => /[a-z]+ |[a-z] [a-z]/i.test(quasi.value.raw);

/** Whether a node does no more than write to the log. */
export const isLog = (node: Node, text: string): boolean => /^[\w.#]*\blog\.\w+\(/.test(textOf(node, text));

/** A comparison by equality is turned by its own operator, and `!` by its removal. */
const negated = (test: Expression, text: string): Edit[] => {
  const turned =
    (test.type === 'BinaryExpression' && /^[!=]==$/.test(test.operator)) || test.type === 'UnaryExpression';
  return turned ? [] : [replace('condition negated', test, `!(${textOf(test, text)})`)];
};

const called = (node: Node & { type: 'CallExpression' }, text: string): Edit[] => {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return [];
  const { name } = callee.property;
  if (NARROWING.has(name)) return [replace(`.${name} removed`, node, textOf(callee.object, text))];
  if (ASKING.has(name)) return [replace(`${name} turned`, node, `!${textOf(node, text)}`)];
  const to = METHOD[name];
  return to === undefined ? [] : [replace(`${name} to ${to}`, callee.property, to)];
};

const spread = (members: readonly (Node | null)[], empty: string): Edit[] =>
  members
    .filter((member): member is SpreadElement => member?.type === 'SpreadElement')
    .map((member) => replace('member removed', member.argument, empty));

/** The numbers of a pattern's `{1,128}`. */
const bounds = (node: Span, text: string): Edit[] =>
  [...textOf(node, text).matchAll(/\{(?:\d+,)?(\d+)\}/g)].map((found) => {
    const end = node.start! + found.index + found[0].length - 1;
    return { what: 'bound', start: end - found[1]!.length, end, to: String(Number(found[1]) + 1) };
  });
