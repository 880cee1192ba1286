import { type Context, contextOf } from '../../auth/policy/context.ts';
import type { Account } from '../../domain/arn.ts';
import type { Tags } from '../../domain/tags.ts';
import type { Principal } from '../../service/principal.ts';
import type { RequestFacts } from '../../service/service.ts';

/* What policies know beside what a request itself says. */

/** Any region will do in a signature for IAM: to conditions it has one alone. */
export const regionAsked = (service: string, region: string): string =>
  service === 'iam' ? 'us-east-1' : region;

/** Rules. */
export const requestFacts = (
  { sourceIp, region, userAgent, referer }: RequestFacts,
  { account }: Account,
  now: number,
): Context =>
  contextOf({
    'aws:SourceIp': sourceIp,
    'aws:SecureTransport': 'false',
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': account,
    ...(userAgent !== undefined && { 'aws:UserAgent': userAgent }),
    ...(referer !== undefined && { 'aws:Referer': referer }),
  });

/** Rules. A role's session is told by its role. */
export const principalFacts = ({ account }: Account, principal: Principal): Context => {
  const { arn, id, tags, who } = principal;
  return contextOf({
    'aws:PrincipalArn': who.kind === 'role' ? who.role.arn : arn,
    'aws:PrincipalAccount': account,
    'aws:userid': id,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    ...kindFacts(principal),
    ...sessionFacts(principal),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  });
};

const kindFacts = ({ who }: Principal): Readonly<Record<string, string>> => {
  switch (who.kind) {
    case 'user':
      return { 'aws:PrincipalType': 'User', 'aws:username': who.name };
    case 'root':
      return { 'aws:PrincipalType': 'Account' };
    case 'role': {
      const { provider, sourceIdentity } = who.doc;
      return {
        'aws:PrincipalType': 'AssumedRole',
        ...(provider !== undefined && { 'aws:FederatedProvider': provider }),
        ...(sourceIdentity !== undefined && { 'aws:SourceIdentity': sourceIdentity }),
      };
    }
  }
};

const sessionFacts = ({ temporary }: Principal): Readonly<Record<string, string>> =>
  temporary
    ? {
        'aws:TokenIssueTime': new Date(temporary.issuedAt).toISOString(),
        'aws:MultiFactorAuthPresent': 'false',
      }
    : {};

/** Rule A-143. */
export const tagFacts = (arn: string, tags: Tags): Context =>
  contextOf(
    Object.fromEntries(
      Object.entries(tags).flatMap(([key, value]) => [
        [`aws:ResourceTag/${key}`, value],
        ...(arn.includes(':iam:') ? [[`iam:ResourceTag/${key}`, value]] : []),
      ]),
    ),
  );

/** Rule A-146. */
export const ownerFacts = (userId: string | undefined): Context =>
  contextOf(userId === undefined ? {} : { 'longshore:JobOwner': userId });
