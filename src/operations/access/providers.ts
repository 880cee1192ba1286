import { checkInput, checkTexts, type Input, tagsIn, textOf, textsOf } from '../../domain/access-input.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { accessTagsOf, dropAccessTags, setAccessTag } from '../../store/access/held-policies.ts';
import {
  allProviders,
  deleteProviderRow,
  insertProvider,
  providerAt,
  updateProvider,
} from '../../store/access/providers.ts';
import type { ProviderRow } from '../../store/access/rows.ts';
import { shownTags } from './access-tags.ts';
import { changing, findProvider } from './found.ts';
import { timeOf } from './input.ts';
import { providerArn } from './names.ts';
import { invalid, quota } from './refusals.ts';

/* Issuers of identities (OIDC), whose tokens AssumeRoleWithWebIdentity takes. */

/** In an account. */
const MOST_PROVIDERS = 100;
const MOST_CLIENTS = 100;
const MOST_THUMBPRINTS = 5;

const CLIENT = { least: 1, most: 255 };
/** SHA-1 in hexadecimal digits. */
const THUMBPRINT = { least: 40, most: 40 };

/** What the keys of conditions begin with that the server itself knows: a token's claims would stand among them. */
const RESERVED = ['aws', 'batch', 'ec2', 'ecs', 'iam', 'logs', 'longshore', 'sts'];

/** Only what may be fetched: https, or http on this machine itself (rule A-083). Undefined for another. */
export const placeOf = (url: string): string | undefined => {
  const [, scheme, place = ''] = /^(https?):\/\/([^?#@\s]+)$/.exec(url) ?? [];
  if (place === '' || !URL.canParse(url) || RESERVED.includes(place.toLowerCase())) return undefined;
  const isHere = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(new URL(url).hostname);
  return scheme === 'https' || isHere ? place : undefined;
};

const listIn = (text: string): string[] => JSON.parse(text) as string[];

const checkLists = (input: Input): Refusal | undefined =>
  checkTexts(input, 'ClientIDList', MOST_CLIENTS, CLIENT) ??
  checkTexts(input, 'ThumbprintList', MOST_THUMBPRINTS, THUMBPRINT);

export const createOpenIDConnectProvider: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['Url']) ?? checkLists(input);
  if (wrong) return wrong;
  const tags = tagsIn(input);
  if (isRefusal(tags)) return tags;
  const url = textOf(input, 'Url')!;
  const place = placeOf(url);
  if (place === undefined) return invalid('Invalid Open ID Connect Provider URL');
  return changing(service, async (tx) => {
    if (await providerAt(tx, place))
      return new Refusal('EntityAlreadyExists', 409, `Provider with url ${url} already exists.`);
    if ((await allProviders(tx)).length >= MOST_PROVIDERS)
      return quota('OpenIdConnectProvidersPerAccount', MOST_PROVIDERS);
    const seq = await insertProvider(tx, {
      url,
      place,
      client_ids: JSON.stringify([...new Set(textsOf(input, 'ClientIDList'))]),
      thumbprints: JSON.stringify(textsOf(input, 'ThumbprintList')),
      created_at: service.clock.wall(),
    });
    for (const tag of tags) await setAccessTag(tx, { kind: 'oidc-provider', seq }, tag);
    return {
      OpenIDConnectProviderArn: providerArn(service.account, place),
      ...(tags.length > 0 && { Tags: shownTags(tags) }),
    };
  });
};

const named = ['OpenIDConnectProviderArn'] as const;

export const getOpenIDConnectProvider: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, named);
  if (wrong) return wrong;
  return service.store.read(async (tx) => {
    const provider = await findProvider(tx, input);
    if (isRefusal(provider)) return provider;
    return {
      Url: provider.url.replace(/^https:\/\//, ''),
      ClientIDList: listIn(provider.client_ids),
      ThumbprintList: listIn(provider.thumbprints),
      CreateDate: timeOf(provider.created_at),
      Tags: shownTags(await accessTagsOf(tx, { kind: 'oidc-provider', seq: provider.seq })),
    };
  });
};

export const listOpenIDConnectProviders: Operation<Input> = async (service) => {
  const all = await service.store.read(allProviders);
  return {
    OpenIDConnectProviderList: all.map(({ place }) => ({ Arn: providerArn(service.account, place) })),
  };
};

/** Writes what `change` makes of a provider. */
const updating =
  (
    member: string | undefined,
    change: (row: ProviderRow, input: Input) => ProviderRow | Refusal,
  ): Operation<Input> =>
  async (service, input) => {
    const wrong = checkInput(input, [...named, ...(member ? [member] : [])]) ?? checkLists(input);
    if (wrong) return wrong;
    return changing(service, async (tx) => {
      const provider = await findProvider(tx, input);
      if (isRefusal(provider)) return provider;
      const changed = change(provider, input);
      if (isRefusal(changed)) return changed;
      await updateProvider(tx, changed);
      return undefined;
    });
  };

export const addClientIDToOpenIDConnectProvider = updating('ClientID', (row, input) => {
  const ids = [...new Set([...listIn(row.client_ids), textOf(input, 'ClientID')!])];
  return ids.length > MOST_CLIENTS
    ? quota('ClientIdsPerOpenIdConnectProvider', MOST_CLIENTS)
    : { ...row, client_ids: JSON.stringify(ids) };
});

/** One that is not there is as good as gone. */
export const removeClientIDFromOpenIDConnectProvider = updating('ClientID', (row, input) => ({
  ...row,
  client_ids: JSON.stringify(listIn(row.client_ids).filter((id) => id !== textOf(input, 'ClientID'))),
}));

export const updateOpenIDConnectProviderThumbprint = updating(undefined, (row, input) => ({
  ...row,
  thumbprints: JSON.stringify(textsOf(input, 'ThumbprintList')),
}));

export const deleteOpenIDConnectProvider: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, named);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const provider = await findProvider(tx, input);
    if (isRefusal(provider)) return provider;
    await deleteProviderRow(tx, provider.seq);
    await dropAccessTags(tx, { kind: 'oidc-provider', seq: provider.seq });
    return undefined;
  });
};
