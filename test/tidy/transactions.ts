import { parse } from '@babel/parser';
import {
  type CallExpression,
  type Class,
  type Function as FunctionNode,
  isClass,
  isFunction,
  isIdentifier,
  isMemberExpression,
  type Node,
  VISITOR_KEYS,
} from '@babel/types';
import type { Source } from './sources.ts';

/*
 * Store.write says: `fn` changes nothing but the store. A function works in a transaction when it is given one (`tx`), or
 * when such a function of its file calls it. What it has from outside (`this`, the service, variables around it) it may ask,
 * by the names of `READERS`; what is to change goes into `tx.onCommit`. A call that hands `tx` on is looked at where it goes.
 */

/** Methods that change nothing. */
const READERS = new Set(
  `get has of at map filter find findIndex findLast some every flatMap reduce includes slice join keys values entries
   wall steady hex uuid judge depth rankOf waitReason failures`.split(/\s+/),
);
/** Methods that change what they are called on, of what is made once for a file. */
const CHANGERS = new Set('set add delete clear push pop shift unshift splice sort reverse fill'.split(' '));

/** `path:line text` of whatever else is changed in a transaction. */
export const changesIn = ({ path, text }: Source): string[] => {
  const file = parse(text, { sourceType: 'module', plugins: ['typescript'] });
  const parents = parentsOf(file);
  const functions = all(file).filter((node) => isFunction(node));
  const found = transactionFunctions(functions, parents);
  const wrong = [...found]
    .filter(([fn]) => !around(fn, parents).some((up) => found.has(up as FunctionNode)))
    .flatMap(([fn, given]) => changesOf(fn, parents, given));
  return [...new Set(wrong)].map((node) => {
    const { start } = node.loc!;
    return `${path}:${start.line} ${text.split('\n')[start.line - 1]!.trim()}`;
  });
};

type Parents = ReadonlyMap<Node, Node>;

const childrenOf = (node: Node): Node[] =>
  (VISITOR_KEYS[node.type] ?? []).flatMap((key) => {
    const value = (node as unknown as Record<string, Node | (Node | null)[] | null>)[key];
    return (Array.isArray(value) ? value : [value]).filter((child) => child !== null && child !== undefined);
  });

const walk = (node: Node, visit: (node: Node) => boolean): void => {
  if (!visit(node)) return;
  for (const child of childrenOf(node)) walk(child, visit);
};

const all = (node: Node): Node[] => {
  const found: Node[] = [];
  walk(node, (one) => found.push(one) > 0);
  return found;
};

const parentsOf = (file: Node): Parents => {
  const parents = new Map<Node, Node>();
  for (const node of all(file)) for (const child of childrenOf(node)) parents.set(child, node);
  return parents;
};

/** What is around a node, the nearest first. */
const around = (node: Node, parents: Parents): Node[] => {
  const found: Node[] = [];
  for (let up = parents.get(node); up; up = parents.get(up)) found.push(up);
  return found;
};

/** Names that a pattern binds. */
const namesIn = (pattern: Node): string[] => {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) =>
        namesIn(one.type === 'RestElement' ? one.argument : one.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((one) => (one ? namesIn(one) : []));
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    case 'TSParameterProperty':
      return namesIn(pattern.parameter);
    default:
      return [];
  }
};

const takesTransaction = (fn: FunctionNode): boolean =>
  fn.params.some((param) => namesIn(param).includes('tx'));

const isOnCommit = (node: Node): node is CallExpression =>
  node.type === 'CallExpression' &&
  isMemberExpression(node.callee) &&
  isIdentifier(node.callee.property, { name: 'onCommit' });

/** All of a function but what waits for the commit. */
const workOf = (fn: FunctionNode): Node[] => {
  const found: Node[] = [];
  walk(fn, (node) => {
    if (isOnCommit(node)) return false;
    found.push(node);
    return true;
  });
  return found;
};

const nameOf = (fn: Node, parents: Parents): string | undefined => {
  if ('key' in fn && fn.key && isIdentifier(fn.key as Node)) return (fn.key as { name: string }).name;
  if (fn.type === 'FunctionDeclaration') return fn.id?.name;
  const up = parents.get(fn);
  if (up?.type === 'VariableDeclarator' && isIdentifier(up.id)) return up.id.name;
  return up?.type === 'ClassProperty' && isIdentifier(up.key) ? up.key.name : undefined;
};

/** The name of what is called, if it may be of the file's own: a function, or a method of the class. */
const calledHere = ({ callee }: CallExpression): string | undefined => {
  if (isIdentifier(callee)) return callee.name;
  return isMemberExpression(callee) &&
    callee.object.type === 'ThisExpression' &&
    isIdentifier(callee.property)
    ? callee.property.name
    : undefined;
};

/** Parameters by the names that they bind, for which a caller hands in something from outside the transaction. */
type Given = ReadonlySet<string>;

/** The functions that work in a transaction. */
const transactionFunctions = (
  functions: readonly FunctionNode[],
  parents: Parents,
): ReadonlyMap<FunctionNode, Given> => {
  const found = new Map<FunctionNode, Given>(
    functions.filter(takesTransaction).map((fn) => [fn, new Set<string>()]),
  );
  // a function comes again when more is handed in to it
  const due = [...found.keys()];
  for (let fn = due.pop(); fn; fn = due.pop()) {
    const originOf = originsOf(fn, parents, found.get(fn)!);
    for (const call of workOf(fn).filter((node) => node.type === 'CallExpression')) {
      const isGiven = call.arguments.map((argument) => isChain(argument) && originOf(argument) === 'given');
      for (const called of functions.filter((other) => nameOf(other, parents) === calledHere(call))) {
        const before = found.get(called);
        const names = called.params.filter((_, at) => isGiven[at]).flatMap(namesIn);
        if (calledHere(call) === undefined || (before && names.every((name) => before.has(name)))) continue;
        found.set(called, new Set([...(before ?? []), ...names]));
        due.push(called);
      }
    }
  }
  return found;
};

/** Where a chain of members and calls begins. */
const rootOf = (node: Node): Node => {
  switch (node.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return rootOf(node.object);
    case 'CallExpression':
    case 'OptionalCallExpression':
      return isMemberExpression(node.callee) || node.callee.type === 'OptionalMemberExpression'
        ? rootOf(node.callee)
        : node;
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return rootOf(node.expression);
    case 'AwaitExpression':
      return rootOf(node.argument);
    default:
      return node;
  }
};

type Origin = 'own' | 'given' | 'of the file';

/** A class whose objects are made for one transaction. */
const isOfTransaction = (node: Node): boolean =>
  isClass(node) &&
  (node as Class).body.body.some(
    (member) => member.type === 'ClassProperty' && isIdentifier(member.key, { name: 'tx' }),
  );

const isService = (param: Node): boolean =>
  isIdentifier(param, { name: 'service' }) ||
  ('typeAnnotation' in param && /"name":"Service"/.test(JSON.stringify(param.typeAnnotation ?? null)));

/** Where what a function works on comes from. */
const originsOf = (fn: FunctionNode, parents: Parents, handedIn: Given): ((node: Node) => Origin) => {
  const own = new Set<string>();
  const given = new Set<string>(handedIn);
  const above = around(fn, parents);
  const isThisOwn = above.some(isOfTransaction);
  const originOf = (node: Node): Origin => {
    const root = rootOf(node);
    if (root.type === 'ThisExpression') return isThisOwn ? 'own' : 'given';
    if (!isIdentifier(root)) return 'own';
    if (given.has(root.name)) return 'given';
    if (own.has(root.name)) return 'own';
    return isVariableAround(root.name, above) ? 'of the file' : 'own';
  };
  for (const node of all(fn)) {
    if (isFunction(node))
      for (const param of node.params)
        for (const name of namesIn(param)) (isService(param) ? given : own).add(name);
    if (node.type !== 'VariableDeclarator') continue;
    // another name of what is given; what a call makes of it is one's own
    const isAlias = node.init && isChain(node.init) && originOf(node.init) === 'given';
    for (const name of namesIn(node.id)) (isAlias ? given : own).add(name);
  }
  return originOf;
};

const isChain = (node: Node): boolean =>
  node.type === 'ThisExpression' || isIdentifier(node) || (isMemberExpression(node) && isChain(node.object));

/** A variable of the file or of a function around, that is no function itself. */
const isVariableAround = (name: string, above: readonly Node[]): boolean =>
  above.some((up) => {
    const statements = up.type === 'Program' || up.type === 'BlockStatement' ? up.body : [];
    return statements.some((statement) => {
      const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      return (
        declared?.type === 'VariableDeclaration' &&
        declared.declarations.some((one) => namesIn(one.id).includes(name) && !isFunction(one.init))
      );
    });
  });

const changesOf = (fn: FunctionNode, parents: Parents, handedIn: Given): Node[] => {
  const originOf = originsOf(fn, parents, handedIn);
  const methods = new Set(
    around(fn, parents)
      .filter((up) => isClass(up))
      .flatMap((up) => up.body.body.flatMap((member) => nameOfMember(member))),
  );
  return workOf(fn).filter((node) => {
    switch (node.type) {
      case 'AssignmentExpression':
        return originOf(node.left) !== 'own';
      case 'UpdateExpression':
        return originOf(node.argument) !== 'own';
      case 'CallExpression':
      case 'OptionalCallExpression':
        return isChange(node as CallExpression, originOf, methods);
      default:
        return false;
    }
  });
};

const nameOfMember = (member: Node): string[] =>
  'key' in member && isIdentifier(member.key as Node) ? [(member.key as { name: string }).name] : [];

const isChange = (
  call: CallExpression,
  originOf: (node: Node) => Origin,
  methods: ReadonlySet<string>,
): boolean => {
  const { callee } = call;
  if (!isMemberExpression(callee) && (callee as Node).type !== 'OptionalMemberExpression') return false;
  const { object, property } = callee as { object: Node; property: Node };
  const name = isIdentifier(property) ? property.name : '';
  if (call.arguments.some((argument) => isIdentifier(argument, { name: 'tx' }))) return false;
  switch (originOf(object)) {
    case 'own':
      return false;
    case 'of the file':
      return CHANGERS.has(name);
    case 'given':
      return !READERS.has(name) && !(object.type === 'ThisExpression' && methods.has(name));
  }
};
