import type { Value } from '../policy/context.ts';
import { BATCH_TABLE } from './batch-table.ts';
import { IAM_TABLE } from './iam-table.ts';
import { MOST_TAGS, textAt, textsAt } from './members.ts';
import { EC2_TABLE, ECS_TABLE, LOGS_TABLE, LONGSHORE_TABLE } from './other-tables.ts';
import {
  type Asking,
  type Asks,
  asks,
  type Entry,
  type Found,
  type Question,
  type Table,
} from './question.ts';
import { ANY, arnOf } from './resources.ts';
import { STS_TABLE } from './sts-table.ts';
import { setsTags, tagsOfNew } from './tags-said.ts';

export const TABLES: Readonly<Record<string, Table>> = {
  batch: BATCH_TABLE,
  logs: LOGS_TABLE,
  ecs: ECS_TABLE,
  ec2: EC2_TABLE,
  sts: STS_TABLE,
  iam: IAM_TABLE,
  longshore: LONGSHORE_TABLE,
};

/**
 * What a request asks of its caller's policies: actions, each with what it is about and what the request says of itself.
 * Pure. Decided before it is known whether anything named is there, so that a refusal does not tell (rule A-168). Why so:
 * docs/decisions/access.md.
 */
export const questionsOf = (asking: Asking): Asks => {
  const { service, operation } = asking;
  const table = Object.hasOwn(TABLES, service) ? TABLES[service]! : {};
  const wanted: Asks = Object.hasOwn(table, operation)
    ? asksOf(table[operation]!, asking)
    : { kind: 'unknown' };
  return isAnswerable(wanted, asking.found) ? wanted : { kind: 'unknown' };
};

/**
 * No operation takes more entries: to ask about all of them would hold up everybody. Texts alone count, for what else is in a list
 * may be gone when the operation counts.
 */
export const MOST_QUESTIONS = 100;
const LONGEST_ARN = 4096;

const isAnswerable = (wanted: Asks, found: Found): boolean =>
  (wanted.kind !== 'all' && wanted.kind !== 'each') ||
  (wanted.questions.length <= MOST_QUESTIONS &&
    wanted.questions.every(
      ({ action, resources, context }) =>
        resources.every((arn) => arn.length <= LONGEST_ARN) &&
        areTellable(action, context['aws:TagKeys'], found),
    ));

/** Who takes tags away hides none. */
const TAKES_AWAY = /^\w+:Untag/;

/** Policies cannot tell keys apart that differ in case alone: who sets such a one would hide the other. */
const areTellable = (action: string, keys: Value = [], { tagKeys = [] }: Found): boolean => {
  if (keys.length === 0) return true;
  if (keys.length > MOST_TAGS) return false;
  if (TAKES_AWAY.test(action)) return true;
  const all = new Set([...keys, ...tagKeys]);
  return new Set([...all].map((key) => key.toLowerCase())).size === all.size;
};

const asksOf = (entry: Entry, asking: Asking): Asks => {
  switch (entry.kind) {
    case 'found':
      return entry;
    case 'each':
      return eachOf(entry, asking);
    case 'nothing':
      return { kind: 'all', questions: [] };
    case 'everything':
      return { kind: 'all', questions: [asks(entry.action ?? actionOf(asking), [ANY])] };
    case 'named':
      return { kind: 'all', questions: [asks(actionOf(asking), [resourceOf(entry, asking)])] };
    case 'made':
      return { kind: 'all', questions: madeQuestions(resourceOf(entry, asking), asking) };
    case 'trust':
      return entry.asks(asking);
    case 'own':
      if (entry.list !== undefined && textsAt(asking.input, entry.list).length > MOST_QUESTIONS)
        return { kind: 'too long' };
      return { kind: 'all', questions: entry.questions(asking) };
  }
};

const actionOf = ({ service, operation }: Asking): string => `${service}:${operation}`;

const resourceOf = (
  { resource, member }: Extract<Entry, { kind: 'named' | 'made' }>,
  { account, input }: Asking,
): string => arnOf(account, resource, textAt(input, member));

/** What is made with tags is tagged, too (rule A-151). */
const madeQuestions = (arn: string, asking: Asking): Question[] => {
  const context = tagsOfNew(asking.input);
  return [
    asks(actionOf(asking), [arn], context),
    ...(setsTags(asking.input) ? [asks('batch:TagResource', [arn], context)] : []),
  ];
};

const eachOf = (
  { resource, member, action }: Extract<Entry, { kind: 'each' }>,
  { account, input }: Asking,
): Asks => {
  const given = textsAt(input, member);
  if (given.length === 0) return { kind: 'all', questions: [asks(action, [ANY])] };
  if (given.length > MOST_QUESTIONS) return { kind: 'too long' };
  return { kind: 'each', questions: given.map((one) => asks(action, [arnOf(account, resource, one)])) };
};
