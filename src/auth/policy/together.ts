import { type Resource, resourceOf } from './arn-pattern.ts';
import type { Policy, Rule } from './compile.ts';

/** A statement that may decide, and its policy. */
export interface Decisive {
  readonly policy: Policy;
  readonly rule: Rule;
}

/** What several policies say of an action and a resource, as far as that can be told without a context. */
export interface About {
  readonly resource: Resource;
  readonly Allow: readonly Decisive[];
  readonly Deny: readonly Decisive[];
}

/** Most requests ask about few resources again and again; long ARNs are nobody's habit. */
const MOST_KEPT = 200;
const LONGEST_KEPT = 256;

const byPolicies = new WeakMap<object, Map<string, About>>();

/** `action`: in lower case. What was found is the same for ever: it is kept for as long as the policies are. */
export const aboutOf = (policies: readonly Policy[], action: string, resource: string): About => {
  const kept = keptOf(policies);
  const key = `${action} ${resource}`;
  const known = kept.get(key);
  if (known) return known;
  const found = foundIn(policies, action, resourceOf(resource));
  if (resource.length > LONGEST_KEPT) return found;
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, found);
  return found;
};

const keptOf = (policies: readonly Policy[]): Map<string, About> => {
  const [only] = policies;
  // a boundary is one, in a list made anew each time
  const owner = only && policies.length === 1 ? only : policies;
  const known = byPolicies.get(owner);
  if (known) return known;
  const kept = new Map<string, About>();
  byPolicies.set(owner, kept);
  return kept;
};

const foundIn = (policies: readonly Policy[], action: string, resource: Resource): About => {
  const of = (effect: 'Allow' | 'Deny') =>
    policies.flatMap((policy) => policy.about(effect, action, resource).map((rule) => ({ policy, rule })));
  return { resource, Allow: of('Allow'), Deny: of('Deny') };
};
