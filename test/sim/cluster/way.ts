import { Refused } from '../../support/kubernetes/objects.ts';
import type { Random } from '../random.ts';
import type { Time } from '../time.ts';
import type { Asked, ClusterApi } from './api.ts';
import { noAnswer, type Way } from './client.ts';
import type { Vice, Vices } from './vices.ts';
import type { WatchStream } from './watch-stream.ts';

/** So long a question waits for its answer. */
const CALL_MILLISECONDS = 30_000;
/** So long the API server may keep one, whether somebody still waits or not. */
const KEPT_MILLISECONDS = 60_000;

export interface WayParts {
  readonly api: ClusterApi;
  readonly time: Time;
  readonly vices: Vices;
  /** A generator for the next question. */
  readonly chance: () => Random;
  readonly isAway: () => boolean;
  readonly misbehaves: () => boolean;
  readonly note: (vice: Vice, asked: Asked) => void;
}

/** Between servers and the API of their cluster. */
export class ClusterWay implements Way {
  private readonly parts: WayParts;

  constructor(parts: WayParts) {
    this.parts = parts;
  }

  async ask(asked: Asked): Promise<unknown> {
    const { api, vices, chance, isAway, misbehaves, note } = this.parts;
    if (isAway()) throw noAnswer('connect ECONNREFUSED');
    const r = chance();
    if (!misbehaves()) return api.answer(asked);
    // a create is what most depends on
    const often = vices.often * (asked.method === 'POST' ? 3 : 1);
    if (!r.chance(often)) return this.usual(asked, r);
    const vice = r.weighted(vices.weights);
    note(vice, asked);
    return this.wrong(vice, asked, r);
  }

  async watch(asked: Asked, stream: WatchStream): Promise<void> {
    const { api, vices, chance, isAway, misbehaves } = this.parts;
    if (isAway()) throw noAnswer('connect ECONNREFUSED');
    const r = chance();
    if (misbehaves() && r.chance(vices.often)) {
      if (r.chance(0.5)) throw noAnswer('socket hang up');
      throw new Refused(r.pick([410, 500, 503]), 'Expired', 'not now');
    }
    api.watch(asked.path.endsWith('/nodes') ? 'Node' : 'Pod', asked.query, stream);
  }

  private async usual(asked: Asked, r: Random): Promise<unknown> {
    if (r.chance(0.7)) return this.parts.api.answer(asked);
    await this.passes(r.int(0, 20));
    const answer = this.parts.api.answer(asked);
    await this.passes(r.int(0, 20));
    return answer;
  }

  private async wrong(vice: Vice, asked: Asked, r: Random): Promise<unknown> {
    const { api, time } = this.parts;
    switch (vice) {
      case 'refused':
        throw new Refused(r.pick([429, 500, 503, 504]), 'Busy', 'too many requests');
      case 'unheard':
        await this.passes(r.pick([0, CALL_MILLISECONDS]));
        throw noAnswer('socket hang up');
      case 'unanswered':
        quietly(() => api.answer(asked));
        await this.passes(r.pick([0, r.int(0, 5000), CALL_MILLISECONDS]));
        throw noAnswer('socket hang up');
      case 'late': {
        const after = r.int(0, KEPT_MILLISECONDS);
        time.beside(after, () => quietly(() => api.answer(asked)));
        await this.passes(r.pick([0, Math.min(CALL_MILLISECONDS, r.int(0, after))]));
        throw noAnswer('socket hang up');
      }
      case 'slow': {
        await this.passes(r.skewed(0, CALL_MILLISECONDS >> 1));
        const answer = api.answer(asked);
        await this.passes(r.skewed(0, CALL_MILLISECONDS >> 1));
        return answer;
      }
    }
  }

  private passes(milliseconds: number): Promise<void> {
    return milliseconds === 0
      ? Promise.resolve()
      : new Promise((done) => void this.parts.time.beside(milliseconds, done));
  }
}

/** Nobody hears that it was refused. */
const quietly = (act: () => unknown): void => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
};
