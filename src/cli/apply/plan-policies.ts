import { isDeepStrictEqual } from 'node:util';
import type { PolicySaid, ProviderSaid } from './access-file.ts';
import type { FoundPolicy } from './found.ts';
import { tagSteps } from './plan-held.ts';
import { fixed, madeWith } from './plan-made.ts';
import { type Context, named, type Step } from './step.ts';

/* Managed policies, and issuers of identities: made where they are not there, changed where they are otherwise. */

export const policySteps = (context: Context, said: PolicySaid, at: string): Step[] => {
  const { name, path, document, description, tags } = said;
  const found = named(context.found.policies, name);
  if (found) return policyChanges(context, said, found, at);
  const input = {
    ...{ PolicyName: name, PolicyDocument: JSON.stringify(document), ...madeWith(path, tags) },
    ...(description !== undefined && { Description: description }),
  };
  return [{ says: `make policy ${name}`, at, phase: 'make', action: 'CreatePolicy', input }];
};

/** There may be so many versions of a policy. */
const MOST_VERSIONS = 5;

const policyChanges = (context: Context, said: PolicySaid, found: FoundPolicy, at: string): Step[] => {
  const { arn, name, others } = found;
  fixed(context, `${at}.path`, said.path, found.path, 'the path of a policy');
  fixed(context, `${at}.description`, said.description, found.description, 'the description of a policy');
  const tags = tagSteps(context, { kind: 'Policy', name, at, said, arn }, found.tags);
  if (isDeepStrictEqual(said.document, found.document)) return tags;
  const oldest = others.length < MOST_VERSIONS - 1 ? undefined : others[0];
  const PolicyDocument = JSON.stringify(said.document);
  const when = { phase: context.rights.changes(arn), isOwn: context.isOwn('policy', arn) };
  const place = `${at}.document`;
  return [
    ...(oldest === undefined ? [] : [{ ...dropVersion(found, oldest), ...when, at: place }]),
    {
      ...{ says: `change policy ${name}`, at: place, ...when },
      ...{ action: 'CreatePolicyVersion', input: { PolicyArn: arn, PolicyDocument, SetAsDefault: 'true' } },
    },
    ...tags,
  ];
};

export const dropVersion = ({ name, arn }: FoundPolicy, version: string): Step => ({
  ...{ says: `delete version ${version} of policy ${name}`, phase: 'drop', action: 'DeletePolicyVersion' },
  input: { PolicyArn: arn, VersionId: version },
});

export const placeOf = (url: string): string => url.replace(/^https?:\/\//, '');

export const providerSteps = (context: Context, said: ProviderSaid, at: string): Step[] => {
  const { url, clientIds = [] } = said;
  const found = context.found.providers.find((one) => placeOf(one.url) === placeOf(url));
  if (!found)
    return [
      {
        ...{ says: `make issuer ${url}`, at, phase: 'make', action: 'CreateOpenIDConnectProvider' },
        input: { Url: url, ClientIDList: clientIds },
      },
    ];
  fixed(context, `${at}.url`, url, found.url, 'the URL of an issuer');
  const { arn } = found;
  const step = (action: 'Add' | 'Remove', id: string): Step => ({
    says: action === 'Add' ? `add client ${id} to issuer ${url}` : `remove client ${id} from issuer ${url}`,
    ...(action === 'Add' ? { at: `${at}.clientIds`, phase: 'give' } : { phase: 'take' }),
    isOwn: context.isOwn('provider', arn),
    action: `${action}ClientID${action === 'Add' ? 'To' : 'From'}OpenIDConnectProvider`,
    input: { OpenIDConnectProviderArn: arn, ClientID: id },
  });
  return [
    ...clientIds.filter((id) => !found.clientIds.includes(id)).map((id) => step('Add', id)),
    ...found.clientIds
      .filter((id) => context.prune && !clientIds.includes(id))
      .map((id) => step('Remove', id)),
  ];
};
