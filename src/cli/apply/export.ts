import type { AccessFile, HeldSaid } from './access-file.ts';
import type { Found } from './found.ts';
import { shortPolicy } from './step.ts';

/** What there is, as a file that changes nothing. What is empty, or as it would be anyway, is left out. */
export const fileOf = (found: Found): AccessFile => {
  const held = ({ policies = [], inline = {}, tags = {}, boundary }: HeldSaid) => ({
    ...(policies.length > 0 && { policies: policies.map((arn) => shortPolicy(found, arn)) }),
    ...(Object.keys(inline).length > 0 && { inline }),
    ...(boundary !== undefined && { boundary: boundaryOf(found, boundary) }),
    ...tagged(tags),
  });
  return {
    policies: found.policies.map(({ name, path, description, document, tags }) => ({
      ...{ name, ...pathed(path), ...described(description), document, ...tagged(tags) },
    })),
    groups: found.groups.map((one) => ({ name: one.name, ...pathed(one.path), ...held(one) })),
    users: found.users.map((one) => ({
      ...{ name: one.name, ...pathed(one.path) },
      ...(one.groups.length > 0 && { groups: one.groups }),
      ...held(one),
    })),
    roles: found.roles.map((one) => ({
      ...{ name: one.name, ...pathed(one.path), ...described(one.description), trust: one.trust },
      ...(one.maxSession !== USUAL_SESSION && { maxSession: one.maxSession }),
      ...held(one),
    })),
    providers: found.providers.map(({ url, clientIds }) => ({ url, clientIds })),
    limits: found.limits,
  };
};

/** One that is gone still bounds: it is told whole, for no name means it. */
const boundaryOf = (found: Found, arn: string): string =>
  found.policies.some((one) => one.arn === arn) || !arn.startsWith(`${found.account}:`)
    ? shortPolicy(found, arn)
    : arn;

/** In seconds (rule A-035). */
const USUAL_SESSION = 3600;

const pathed = (path: string) => path !== '/' && { path };
const described = (description: string) => description !== '' && { description };
const tagged = (tags: Readonly<Record<string, string>>) => Object.keys(tags).length > 0 && { tags };
