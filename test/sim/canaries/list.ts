import { ATTEMPTS } from './attempts.ts';
import { CLUSTER } from './cluster.ts';
import { CONSUMABLES } from './consumables.ts';
import { FRONTS } from './fronts.ts';
import { JOBS } from './jobs.ts';
import { RIGHTS } from './rights.ts';
import type { Canary } from './sabotage.ts';
import { SHARES } from './shares.ts';
import { SHOWN } from './shown.ts';
import { STOPS } from './stops.ts';

export const CANARIES: readonly Canary[] = [
  ...JOBS,
  ...ATTEMPTS,
  ...STOPS,
  ...SHARES,
  ...CONSUMABLES,
  ...SHOWN,
  ...FRONTS,
  ...RIGHTS,
  ...CLUSTER,
];

/** Rules that no break of the service can lead to, and why. */
export const WITHOUT: Readonly<Record<string, string>> = {
  'the history is whole': 'the checker looks at itself: its triggers tell it of every change',
  'what is refused changes nothing':
    'a user is asked about before its operation is called, and whoever is refused never comes to it',
  'the checker itself': 'what the checker throws that is no rule: a mistake of its own',
};
