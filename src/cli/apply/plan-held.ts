import { isDeepStrictEqual } from 'node:util';
import type { HeldSaid, Tags } from './access-file.ts';
import { type Context, type Step, shortPolicy } from './step.ts';

/* What users, groups and roles have: policies, tags, a boundary. */

export interface Holder {
  readonly kind: 'User' | 'Group' | 'Role';
  readonly name: string;
  /** Its place in the file. */
  readonly at: string;
  readonly said: HeldSaid;
  /** What it has now. */
  readonly has: Pick<HeldSaid, 'boundary'> &
    Required<Pick<HeldSaid, 'policies' | 'inline'>> & { tags?: Tags };
}

const lower = { User: 'user', Group: 'group', Role: 'role' } as const;

export const heldSteps = (context: Context, holder: Holder): Step[] => [
  ...policySteps(context, holder),
  ...inlineSteps(context, holder),
  ...boundarySteps(context, holder),
  ...(holder.kind === 'Group'
    ? []
    : tagSteps(context, { ...holder, kind: holder.kind }, holder.has.tags ?? {})),
];

const who = ({ kind, name }: Holder): string => `${lower[kind]} ${name}`;
const named = ({ kind, name }: Holder): Record<string, string> => ({ [`${kind}Name`]: name });
const isOwn = ({ isOwn: is }: Context, { kind, name }: Holder): boolean => is(lower[kind], name);

const policySteps = (context: Context, holder: Holder): Step[] => {
  const { kind, at, said, has } = holder;
  const wanted = (said.policies ?? []).map((name, n) => {
    const place = `${at}.policies[${n}]`;
    return { place, arn: context.policy(name, place) };
  });
  const arns = wanted.map(({ arn }) => arn);
  const short = (arn: string) => shortPolicy(context.found, arn);
  return [
    ...wanted
      .filter(({ arn }, n) => !has.policies.includes(arn) && arns.indexOf(arn) === n)
      .map(({ place, arn }) => ({
        ...{ says: `attach ${short(arn)} to ${who(holder)}`, at: place },
        ...{ action: `Attach${kind}Policy`, input: { ...named(holder), PolicyArn: arn } },
      })),
    ...(context.prune ? has.policies.filter((arn) => !arns.includes(arn)) : []).map((arn) => ({
      ...{ says: `detach ${short(arn)} from ${who(holder)}`, isOwn: isOwn(context, holder) },
      ...{ action: `Detach${kind}Policy`, input: { ...named(holder), PolicyArn: arn } },
    })),
  ];
};

const inlineSteps = (context: Context, holder: Holder): Step[] => {
  const { kind, at, said, has } = holder;
  const wanted = said.inline ?? {};
  return [
    ...Object.entries(wanted)
      .filter(([name, document]) => !isDeepStrictEqual(document, has.inline[name]))
      .map(([name, document]) => ({
        ...{ says: `put the policy ${name} of ${who(holder)}`, at: `${at}.inline.${name}` },
        action: `Put${kind}Policy`,
        input: { ...named(holder), PolicyName: name, PolicyDocument: JSON.stringify(document) },
      })),
    ...(context.prune ? Object.keys(has.inline).filter((name) => !Object.hasOwn(wanted, name)) : []).map(
      (name) => ({
        ...{ says: `delete the policy ${name} of ${who(holder)}`, isOwn: isOwn(context, holder) },
        ...{ action: `Delete${kind}Policy`, input: { ...named(holder), PolicyName: name } },
      }),
    ),
  ];
};

const boundarySteps = (context: Context, holder: Holder): Step[] => {
  const { kind, at, said, has } = holder;
  if (said.boundary === undefined)
    return context.prune && has.boundary !== undefined
      ? [
          {
            ...{ says: `take the boundary from ${who(holder)}`, isOwn: isOwn(context, holder) },
            ...{ action: `Delete${kind}PermissionsBoundary`, input: named(holder) },
          },
        ]
      : [];
  const place = `${at}.boundary`;
  const arn = context.policy(said.boundary, place);
  if (arn === has.boundary) return [];
  return [
    {
      ...{ says: `bound ${who(holder)} by ${shortPolicy(context.found, arn)}`, at: place },
      action: `Put${kind}PermissionsBoundary`,
      input: { ...named(holder), PermissionsBoundary: arn },
    },
  ];
};

/** What has tags: a user, a role or a policy. */
export interface Tagged {
  readonly kind: 'User' | 'Role' | 'Policy';
  readonly name: string;
  readonly at: string;
  readonly said: Pick<HeldSaid, 'tags'>;
  /** Of a policy, which is told by it. */
  readonly arn?: string;
}

export const tagsListed = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const tagSteps = (context: Context, tagged: Tagged, has: Tags): Step[] => {
  const { kind, name, at, said, arn } = tagged;
  const wanted = said.tags ?? {};
  const target = arn === undefined ? { [`${kind}Name`]: name } : { PolicyArn: arn };
  const what = `${kind.toLowerCase()} ${name}`;
  const set = Object.entries(wanted).filter(([key, value]) => has[key] !== value);
  // keys have no case
  const kept = new Set(Object.keys(wanted).map((key) => key.toLowerCase()));
  const gone = context.prune ? Object.keys(has).filter((key) => !kept.has(key.toLowerCase())) : [];
  const own = kind !== 'Policy' && context.isOwn(kind === 'User' ? 'user' : 'role', name);
  return [
    ...(set.length === 0
      ? []
      : [
          {
            ...{ says: `tag ${what}: ${set.map(([key]) => key).join(', ')}`, at: `${at}.tags` },
            ...{ action: `Tag${kind}`, input: { ...target, Tags: tagsListed(Object.fromEntries(set)) } },
          },
        ]),
    ...(gone.length === 0
      ? []
      : [
          {
            ...{ says: `untag ${what}: ${gone.join(', ')}`, isOwn: own },
            ...{ action: `Untag${kind}`, input: { ...target, TagKeys: gone } },
          },
        ]),
  ];
};
