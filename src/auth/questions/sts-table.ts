import type { Value } from '../policy/context.ts';
import { tagsListed } from './iam-table.ts';
import { listAt, scalarAt, textAt, textsAt } from './members.ts';
import type { Asking, Asks, Table } from './question.ts';

/* STS. Whether a session may be had is not asked of the caller's policies alone: the role's trust policy says first. */

/** What a condition is told of the request (rules ). */
const sessionAsked = (input: unknown): Readonly<Record<string, Value>> => {
  const transitive = textsAt(input, 'TransitiveTagKeys');
  const said = (name: string) => {
    const value = scalarAt(input, name);
    return value === undefined || value === '' ? {} : { [`sts:${name}`]: value };
  };
  return {
    ...said('RoleSessionName'),
    ...said('ExternalId'),
    ...said('SourceIdentity'),
    ...said('DurationSeconds'),
    ...(transitive.length > 0 && { 'sts:TransitiveTagKeys': transitive }),
    ...tagsListed(input),
  };
};

/** With tags and with a source identity more is asked, also where only the caller's own session has some that go on. */
const assumeRole = ({ input, found }: Asking): Extract<Asks, { kind: 'trust' }> => {
  const context = sessionAsked(input);
  const tags = listAt(input, 'Tags').length > 0 || found.passesTags === true;
  const identity = textAt(input, 'SourceIdentity') !== undefined || found.passesIdentity === true;
  const actions = [
    'sts:AssumeRole',
    ...(tags ? ['sts:TagSession'] : []),
    ...(identity ? ['sts:SetSourceIdentity'] : []),
  ];
  return {
    kind: 'trust',
    role: textAt(input, 'RoleArn'),
    questions: actions.map((action) => ({ action, context })),
  };
};

/** Rule A-059: who one is, everybody may know; a session for oneself is anybody's; AssumeRoleWithWebIdentity nobody signs. */
export const STS_TABLE: Table = {
  GetCallerIdentity: { kind: 'nothing' },
  GetSessionToken: { kind: 'nothing' },
  GetAccessKeyInfo: { kind: 'everything' },
  AssumeRole: { kind: 'trust', asks: assumeRole },
  AssumeRoleWithWebIdentity: { kind: 'nothing' },
};
