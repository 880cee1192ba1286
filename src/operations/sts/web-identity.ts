import { type Context, contextOf, layered } from '../../auth/policy/context.ts';
import { type Claims, issuerOf } from '../../auth/web-token.ts';
import { checkInput, type Input, textOf } from '../../domain/access-input.ts';
import { isRefusal, Refusal, type TokenHolder } from '../../domain/refusal.ts';
import type { Caller, Operation, Service } from '../../service/service.ts';
import { providerAt } from '../../store/access/providers.ts';
import type { ProviderRow } from '../../store/access/rows.ts';
import { requestFacts } from '../access/contexts.ts';
import { providerArn } from '../access/names.ts';
import { invalid } from '../access/refusals.ts';
import { trustedFor } from '../access/trusted-role.ts';
import { SESSION_MEMBERS } from './input.ts';
import { roleSession } from './role-session.ts';
import { policiesIn } from './session-policies.ts';

const ACTION = 'sts:AssumeRoleWithWebIdentity';
/** The token was believed, so that the record may say whose it is; the answer does not. */
const refusedTo = (holder: TokenHolder): Refusal =>
  new Refusal('AccessDenied', 403, `Not authorized to perform ${ACTION}`, false, undefined, holder);

/**
 * AssumeRoleWithWebIdentity: temporary keys with the rights of a role, for who has a token of an issuer that it trusts (rules
 * Nobody signs it.
 */
export const assumeRoleWithWebIdentity: Operation<Input> = async (service, input, caller) => {
  const wrong = checkInput(input, ['RoleArn', 'RoleSessionName', 'WebIdentityToken'], SESSION_MEMBERS);
  if (wrong) return wrong;
  if (input.ProviderId !== undefined)
    return invalid('ProviderId is not supported by Longshore: tokens are of OpenID Connect providers.');
  const policies = policiesIn(input);
  if (isRefusal(policies)) return policies;
  const token = textOf(input, 'WebIdentityToken')!;
  const provider = await issuing(service, token);
  if (isRefusal(provider)) return provider;
  const clientIds = JSON.parse(provider.client_ids) as string[];
  const claims = await service.identityKeys.claimsOf(service, { url: provider.url, clientIds }, token);
  if (isRefusal(claims)) return claims;
  const { subject, audience } = claims;
  const arn = providerArn(service.account, provider.place);
  const refused = refusedTo({ provider: arn, audience, subject });
  const trusted = await trustedFor(
    service,
    textOf(input, 'RoleArn')!,
    [{ action: ACTION, context: said(input) }],
    {
      asker: { kind: 'federated', provider: arn },
      rights: { identity: [] },
      facts: factsOf(service, caller, provider, claims, arn),
    },
  );
  if ('refused' in trusted) return refused;
  const doc = { ...policies, provider: arn };
  return roleSession(service, {
    ...{ ...trusted, input, doc, isChained: false, gone: refused },
    more: {
      SubjectFromWebIdentityToken: subject,
      Provider: arn,
      Audience: audience,
    },
  });
};

const issuing = async ({ store }: Service, token: string): Promise<ProviderRow | Refusal> => {
  const issuer = issuerOf(token);
  if (isRefusal(issuer)) return issuer;
  const provider = await store.read((tx) => providerAt(tx, issuer.replace(/^https?:\/\//, '')));
  return provider?.url === issuer
    ? provider
    : new Refusal(
        'InvalidIdentityToken',
        400,
        `No OpenIDConnect provider found in your account for ${issuer.slice(0, 255)}`,
      );
};

const said = (input: Input): Readonly<Record<string, string>> => ({
  'sts:RoleSessionName': textOf(input, 'RoleSessionName')!,
  ...(input.DurationSeconds !== undefined && { 'sts:DurationSeconds': textOf(input, 'DurationSeconds')! }),
});

/** What the token says stands behind the provider's name, and never in place of what we know. */
const factsOf = (
  { account, clock }: Service,
  { facts }: Caller,
  { place }: ProviderRow,
  { audience, all }: Claims,
  provider: string,
): Context => {
  const texts = Object.entries(all).flatMap(([name, value]) => {
    const isListed = name === 'amr' && Array.isArray(value) && value.every((one) => typeof one === 'string');
    return typeof value === 'string' || isListed ? [[`${place}:${name}`, value as string] as const] : [];
  });
  return layered(
    requestFacts(facts ?? { region: account.region, sourceIp: '' }, account, clock.wall()),
    contextOf({ 'aws:FederatedProvider': provider, [`${place}:aud`]: audience }),
    contextOf(Object.fromEntries(texts)),
  );
};
