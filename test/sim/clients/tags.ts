import type { Tags } from '../books/model.ts';
import { arnOf, type Ledger } from '../books/requests.ts';
import type { Random } from '../random.ts';
import { known, type Make } from './definitions.ts';
import { jobId } from './jobs.ts';

/* Who sets, removes and reads tags. */

const NAMES = ['team', 'cost centre', 'a/b:c', 'größe', '', 'x@y'];

/** What something is made with, if it has any. */
export const someTags = (r: Random, id: number): { readonly tags?: Tags } =>
  r.chance(0.2) ? { tags: { team: r.pick(['x', '']), of: String(id) } } : {};

/** A few of few keys, or many of more. */
const keysOf = (r: Random): string[] => {
  const from = r.int(0, 40);
  return r.chance(0.3)
    ? Array.from({ length: r.int(20, 40) }, (_, at) => `k${from + at}`)
    : [...new Set(Array.from({ length: r.int(1, 3) }, () => r.pick(NAMES) || 'k1'))];
};

/** Rather something that is there, and that others tag too. */
const arnIn = (r: Random, ledger: Ledger): string => {
  const going = [...ledger.queues.values()].filter(({ status }) => status === 'DELETING');
  if (going.length > 0 && r.chance(0.4)) return arnOf('job-queue', r.pick(going).name);
  switch (r.weighted({ queue: 4, environment: 2, definition: 3, policy: 2, consumable: 1, job: 4 })) {
    case 'queue':
      return arnOf('job-queue', known(r, ledger.queues, 'nobody'));
    case 'environment':
      return arnOf('compute-environment', known(r, ledger.environments, 'nobody'));
    case 'consumable':
      return arnOf('consumable-resource', known(r, ledger.consumables, 'nobody'));
    case 'policy':
      return arnOf('scheduling-policy', known(r, ledger.policies, 'nobody'));
    case 'definition': {
      const name = known(r, ledger.definitions, 'nobody');
      const revisions = ledger.definitions.get(name)?.length ?? 0;
      const revision = r.int(Math.max(1, revisions - 1), revisions + (r.chance(0.05) ? 1 : 0)) || 1;
      return arnOf('job-definition', r.chance(0.03) ? name : `${name}:${revision}`);
    }
    default: {
      const id = jobId(r, ledger);
      // of an array itself more often than of its children
      return arnOf('job', r.chance(0.7) ? id.split(/[:#]/)[0]! : id);
    }
  }
};

export const tag: Make = (r, ledger, _swarm, id) => ({
  operation: 'TagResource',
  input: {
    resourceArn: arnIn(r, ledger),
    tags: Object.fromEntries(keysOf(r).map((key) => [key, r.pick(['', `v${id}`])])),
  },
});

export const untag: Make = (r, ledger) => ({
  operation: 'UntagResource',
  input: { resourceArn: arnIn(r, ledger), tagKeys: keysOf(r) },
});

export const listTags: Make = (r, ledger) => ({
  operation: 'ListTagsForResource',
  input: { resourceArn: arnIn(r, ledger) },
});
