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

/** What they say of an action; with a resource, as it was found. */
interface OfAction extends Omit<About, 'resource'> {
  readonly byResource: Map<string, About>;
}

/** A server asks about a hundred actions or two, most about few resources again and again; who simulates may ask about any. */
const MOST_ACTIONS = 500;
const MOST_RESOURCES = 64;
/** In characters: longer ARNs are nobody's habit. */
const LONGEST_KEPT = 256;

/** `action`: as it is asked, whatever its case. What was found is the same for ever: it is kept for as long as the policies are. */
export const aboutOf = (policies: readonly Policy[], action: string, text: string): About => {
  const { byResource, Allow, Deny } = ofAction(policies, action);
  const known = byResource.get(text);
  if (known) return known;
  const resource = resourceOf(text);
  const about = ({ rule }: Decisive) => rule.isAboutResource(resource);
  const found = { resource, Allow: Allow.filter(about), Deny: Deny.filter(about) };
  if (text.length > LONGEST_KEPT) return found;
  if (byResource.size >= MOST_RESOURCES) byResource.clear();
  byResource.set(text, found);
  return found;
};

const ofAction = (policies: readonly Policy[], action: string): OfAction => {
  const byAction = keptOf(policies);
  const known = byAction.get(action);
  if (known) return known;
  const lower = action.toLowerCase();
  const of = (effect: Rule['effect']) =>
    policies.flatMap((policy) =>
      policy.rules
        .filter((rule) => rule.effect === effect && rule.isAboutAction(lower))
        .map((rule) => ({ policy, rule })),
    );
  const found = { Allow: of('Allow'), Deny: of('Deny'), byResource: new Map() };
  if (byAction.size >= MOST_ACTIONS) byAction.clear();
  byAction.set(action, found);
  return found;
};

const byPolicies = new WeakMap<object, Map<string, OfAction>>();

const keptOf = (policies: readonly Policy[]): Map<string, OfAction> => {
  const [only] = policies;
  // a boundary is one, in a list made anew each time
  const owner = only && policies.length === 1 ? only : policies;
  const known = byPolicies.get(owner);
  if (known) return known;
  const kept = new Map<string, OfAction>();
  byPolicies.set(owner, kept);
  return kept;
};
