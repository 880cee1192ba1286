import { logGroupArn } from '../../domain/arn.ts';
import { DEFAULT_GROUP } from '../../domain/log-stream.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { openToken, sealToken } from '../../lib/page-token.ts';
import type { Operation } from '../../service/service.ts';
import { logGroups } from '../../store/log-streams.ts';
import { checkMembers } from './check-members.ts';
import { invalid, isGroup, readLimit } from './streams.ts';

export interface GroupsInput {
  readonly logGroupNamePrefix?: string;
  /** Any case, anywhere in the name. */
  readonly logGroupNamePattern?: string;
  readonly logGroupIdentifiers?: readonly string[];
  readonly nextToken?: string;
  readonly limit?: number;
}

/** CloudWatch Logs' DescribeLogGroups (rule W-097): the jobs' own group, and those that jobs named. */
export const describeLogGroups: Operation<GroupsInput> = async (service, input) => {
  const wrong = checkMembers(input);
  if (wrong) return wrong;
  const limit = readLimit(input.limit, 50);
  if (isRefusal(limit)) return limit;
  if (input.logGroupNamePrefix && input.logGroupNamePattern) {
    return invalid('LogGroupNamePrefix and LogGroupNamePattern are mutually exclusive parameters.');
  }
  const { nextToken: _token, limit: _limit, ...selectors } = input;
  const binding = ['DescribeLogGroups', selectors];
  const after = input.nextToken ? openToken(service.tokenKey, binding, input.nextToken) : '';
  if (typeof after !== 'string') return invalid('The specified nextToken is invalid.');
  const named = await service.store.read(logGroups);
  const all = [{ name: DEFAULT_GROUP, created_at: 0 }, ...named]
    .filter(({ name }) => name > after && isAsked(name, input))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = all.slice(0, limit);
  return {
    logGroups: shown.map(({ name, created_at }) => ({
      logGroupName: name,
      creationTime: created_at,
      metricFilterCount: 0,
      arn: `${logGroupArn(service.account, name)}:*`,
      storedBytes: 0,
    })),
    ...(all.length > limit && { nextToken: sealToken(service.tokenKey, binding, shown.at(-1)!.name) }),
  };
};

const isAsked = (name: string, input: GroupsInput): boolean => {
  const identifiers = input.logGroupIdentifiers ?? [];
  return (
    name.startsWith(input.logGroupNamePrefix ?? '') &&
    name.toLowerCase().includes((input.logGroupNamePattern ?? '').toLowerCase()) &&
    (identifiers.length === 0 || identifiers.some((given) => isGroup(given, name)))
  );
};
