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
   wall steady hex uuid judge depth rankOf groupOf nameOf waitReason failures`.split(/\s+/),
);
/** Of those, the ones that hand out what they found: another name of it, not a copy. */
const FINDERS = new Set('get at find findLast values entries'.split(' '));
/** Types of what is there for longer than a transaction. */
const LASTING = new Set('Service Surroundings Log Engine OutputStore Catalog LastPlan Map Set'.split(' '));
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
  const misnamed = functions.filter((fn) => isMisnamed(fn, parents));
  return [...new Set([...wrong, ...misnamed])].map((node) => {
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

/** Whoever is given a transaction calls it `tx`: by that name the others know it. */
const isMisnamed = (fn: FunctionNode, parents: Parents): boolean => {
  const isTyped = fn.params.some((param) => typesOf(param).includes('Tx'));
  const call = parents.get(fn);
  const isBegun =
    call?.type === 'CallExpression' &&
    isMemberExpression(call.callee) &&
    isIdentifier(call.callee.property) &&
    /^(write|read)$/.test(call.callee.property.name) &&
    fn.params.length > 0;
  return (isTyped || isBegun) && !takesTransaction(fn);
};

/** The names of the types that an annotation begins with, without those that are given to them. */
const typesOf = (node: Node): string[] => {
  const annotation = 'typeAnnotation' in node ? (node.typeAnnotation as Node | null) : null;
  return annotation ? namedIn(annotation) : [];
};

const namedIn = (type: Node): string[] => {
  switch (type.type) {
    case 'TSTypeAnnotation':
      return namedIn(type.typeAnnotation);
    case 'TSTypeReference':
      return isIdentifier(type.typeName) ? [type.typeName.name] : [];
    case 'TSUnionType':
      return type.types.flatMap(namedIn);
    default:
      return [];
  }
};

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

const isLasting = (node: Node): boolean =>
  isIdentifier(node, { name: 'service' }) || typesOf(node).some((type) => LASTING.has(type));

/** The member of `this` that a chain begins with. */
const memberOfThis = (node: Node): string | undefined => {
  if (isMemberExpression(node) && node.object.type === 'ThisExpression')
    return isIdentifier(node.property) ? node.property.name : undefined;
  const inner = innerOf(node);
  return inner && memberOfThis(inner);
};

/** What a chain of members and calls goes on from. */
const innerOf = (node: Node): Node | undefined => {
  if ('object' in node) return node.object as Node;
  if ('callee' in node) return node.callee as Node;
  if ('expression' in node) return node.expression as Node;
  return 'argument' in node ? (node.argument as Node) : undefined;
};

/** Members of an object of one transaction that are there for longer. */
const lastingMembers = (above: readonly Node[]): ReadonlySet<string> =>
  new Set(
    above
      .filter((up) => isClass(up))
      .flatMap((up) => up.body.body)
      .flatMap((member) =>
        member.type === 'ClassProperty' && !member.value && isIdentifier(member.key) && isLasting(member)
          ? [member.key.name]
          : [],
      ),
  );

/** Where what a function works on comes from. */
const originsOf = (fn: FunctionNode, parents: Parents, handedIn: Given): ((node: Node) => Origin) => {
  const own = new Set<string>();
  const given = new Set<string>(handedIn);
  const above = around(fn, parents);
  const isThisOwn = above.some(isOfTransaction);
  const lasting = lastingMembers(above);
  const originOf = (node: Node): Origin => {
    const root = rootOf(node);
    if (root.type === 'ThisExpression')
      return isThisOwn && !lasting.has(memberOfThis(node) ?? '') ? 'own' : 'given';
    if (!isIdentifier(root)) return 'own';
    if (given.has(root.name)) return 'given';
    if (own.has(root.name)) return 'own';
    return isVariableAround(root.name, above) ? 'of the file' : 'own';
  };
  for (const node of all(fn)) {
    if (isFunction(node))
      for (const param of node.params)
        for (const name of namesIn(param)) (isLasting(param) ? given : own).add(name);
    if (node.type !== 'VariableDeclarator') continue;
    // another name of what is given, or what was found in it; what another call makes of it is one's own
    const from = node.init ?? listOf(node, parents);
    const isAlias = from && isAliasOf(from) && originOf(from) === 'given';
    for (const name of namesIn(node.id)) (isAlias ? given : own).add(name);
  }
  return originOf;
};

/** What a loop goes through with this variable. */
const listOf = (declarator: Node, parents: Parents): Node | undefined => {
  const loop = parents.get(parents.get(declarator)!);
  return loop?.type === 'ForOfStatement' ? loop.right : undefined;
};

const isAliasOf = (node: Node): boolean => {
  if (node.type === 'TSNonNullExpression' || node.type === 'TSAsExpression')
    return isAliasOf(node.expression);
  if (node.type !== 'CallExpression') return isChain(node);
  const { callee } = node;
  if (node.arguments.some((argument) => isIdentifier(argument, { name: 'tx' }))) return false;
  return isMemberExpression(callee) && isIdentifier(callee.property) && FINDERS.has(callee.property.name);
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
        return originOf(changedBy(node.left)) !== 'own';
      case 'UpdateExpression':
        return originOf(changedBy(node.argument)) !== 'own';
      case 'UnaryExpression':
        return node.operator === 'delete' && originOf(changedBy(node.argument)) !== 'own';
      case 'CallExpression':
      case 'OptionalCallExpression':
        return isChange(node as CallExpression, originOf, methods);
      default:
        return false;
    }
  });
};

/** What is another once something is assigned to a node: of a member, whose it is. */
const changedBy = (node: Node): Node => (isMemberExpression(node) ? node.object : node);

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
  if (isIdentifier(object, { name: 'Object' }) && name === 'assign')
    return originOf(call.arguments[0]!) !== 'own';
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
