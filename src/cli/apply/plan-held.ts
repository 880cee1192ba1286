import { isDeepStrictEqual } from 'node:util';
import { type HeldSaid, type Tags, tagsListed } from './access-file.ts';
import { COMES, changes, effectOf, GOES, type Phase } from './order.ts';
import { tooLong } from './sizes.ts';
import { type Context, type Step, shortPolicy } from './step.ts';

/* What users, groups and roles have: policies, tags, a boundary. */

export interface Holder {
  readonly kind: 'User' | 'Group' | 'Role';
  readonly name: string;
  /** Its place in the file. */
  readonly at: string;
  readonly said: HeldSaid;
  /** Whether others have what it has as soon as a boundary or trust changes: then what changes goes before. */
  readonly isOpened?: boolean;
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
        ...{ says: `attach ${short(arn)} to ${who(holder)}`, at: place, phase: context.rights.comes(arn) },
        isOwn: isOwn(context, holder),
        ...{ action: `Attach${kind}Policy`, input: { ...named(holder), PolicyArn: arn } },
      })),
    ...(context.prune ? has.policies.filter((arn) => !arns.includes(arn)) : []).map((arn) => ({
      ...{ says: `detach ${short(arn)} from ${who(holder)}`, phase: context.rights.goes(arn) },
      isOwn: isOwn(context, holder),
      ...{ action: `Detach${kind}Policy`, input: { ...named(holder), PolicyArn: arn } },
    })),
  ];
};

const inlineSteps = (context: Context, holder: Holder): Step[] => {
  const { said, has } = holder;
  const wanted = Object.entries(said.inline ?? {});
  const gone = Object.keys(has.inline).filter((name) => !Object.hasOwn(said.inline ?? {}, name));
  const long = tooLong(
    lower[holder.kind],
    Object.values({ ...(context.prune ? {} : has.inline), ...said.inline }),
  );
  if (wanted.length > 0 && long !== undefined) throw context.wrong(`${holder.at}.inline`, long);
  return [
    ...wanted
      .filter(([name, document]) => !isDeepStrictEqual(document, has.inline[name]))
      .sort(([one], [other]) => growth(holder, one) - growth(holder, other))
      .flatMap(([name]) => inlineChanges(context, holder, name)),
    ...(context.prune ? gone : []).map((name) => inlineGoes(context, holder, name)),
  ];
};

/** What gets smaller goes first: there is room for so many characters together. */
const growth = ({ said, has }: Holder, name: string): number =>
  JSON.stringify(said.inline![name]).length - (JSON.stringify(has.inline[name]) ?? '').length;

/**
 * Where its boundary is another at the same time, neither of the two documents may be there beside the other's boundary; nor beside what
 * the other denies. But whoever asks could not go on without what it asks with.
 */
const inlineChanges = (context: Context, holder: Holder, name: string): Step[] => {
  const { kind, said, has } = holder;
  const at = `${holder.at}.inline.${name}`;
  const [document, now] = [said.inline![name]!, has.inline[name]];
  const phase = now === undefined ? COMES[effectOf(document)] : changes(effectOf(now), effectOf(document));
  const goesFirst = now !== undefined && GOES[effectOf(now)] === 'take' && isTwoSteps(context, holder, phase);
  return [
    ...(goesFirst ? [{ ...inlineGoes(context, holder, name), at }] : []),
    {
      ...{ says: `put the policy ${name} of ${who(holder)}`, at, isOwn: isOwn(context, holder) },
      phase: goesFirst ? COMES[effectOf(document)] : phase,
      action: `Put${kind}Policy`,
      input: { ...named(holder), PolicyName: name, PolicyDocument: JSON.stringify(document) },
    },
  ];
};

/** `phase`: when it would change in one. */
const isTwoSteps = (context: Context, holder: Holder, phase: Phase): boolean =>
  phase !== 'forbid' &&
  !isOwn(context, holder) &&
  (holder.isOpened || isBoundAnew(context, holder) || context.rights.turns(holder.kind, holder.name));

/** Whether it has a boundary that becomes another. */
export const isBoundAnew = (
  context: Context,
  { said, has, at }: Pick<Holder, 'said' | 'at'> & { readonly has: Pick<HeldSaid, 'boundary'> },
): boolean =>
  has.boundary !== undefined &&
  (context.rights.isChanged(has.boundary) ||
    (said.boundary !== undefined && context.policy(said.boundary, `${at}.boundary`) !== has.boundary));

const inlineGoes = (context: Context, holder: Holder, name: string): Step => ({
  ...{ says: `delete the policy ${name} of ${who(holder)}`, phase: GOES[effectOf(holder.has.inline[name])] },
  ...{ isOwn: isOwn(context, holder), action: `Delete${holder.kind}Policy` },
  input: { ...named(holder), PolicyName: name },
});

const boundarySteps = (context: Context, holder: Holder): Step[] => {
  const { kind, at, said, has } = holder;
  if (said.boundary === undefined)
    return context.prune && has.boundary !== undefined
      ? [
          {
            ...{ says: `take the boundary from ${who(holder)}`, phase: 'unbound' },
            isOwn: isOwn(context, holder),
            ...{ action: `Delete${kind}PermissionsBoundary`, input: named(holder) },
          },
        ]
      : [];
  const place = `${at}.boundary`;
  const arn = context.policy(said.boundary, place);
  if (arn === has.boundary) return [];
  return [
    {
      ...{ says: `bound ${who(holder)} by ${shortPolicy(context.found, arn)}`, at: place, phase: 'bound' },
      isOwn: isOwn(context, holder),
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
    ...(gone.length === 0
      ? []
      : [
          {
            ...{ says: `untag ${what}: ${gone.join(', ')}`, phase: 'bound' as const, isOwn: own },
            ...{ action: `Untag${kind}`, input: { ...target, TagKeys: gone } },
          },
        ]),
    ...(set.length === 0
      ? []
      : [
          {
            ...{ says: `tag ${what}: ${set.map(([key]) => key).join(', ')}`, at: `${at}.tags` },
            ...{ phase: 'bound' as const, isOwn: own },
            ...{ action: `Tag${kind}`, input: { ...target, Tags: tagsListed(Object.fromEntries(set)) } },
          },
        ]),
  ];
};
