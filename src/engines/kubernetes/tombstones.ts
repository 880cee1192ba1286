import { ApiRefusal, NoAnswer } from './client/answers.ts';
import { type Insistence, insist } from './client/insist.ts';
import { LATE_MILLISECONDS } from './late-creates.ts';
import { TOMBSTONE_GATE } from './names.ts';
import type { Pod } from './objects.ts';
import type { PodsApi } from './pods-api.ts';
import type { Removals } from './removals.ts';

export interface TombstoneParts {
  readonly api: PodsApi;
  readonly insistence: Insistence;
  readonly removals: Removals;
  readonly bodyOf: (taskId: string) => unknown;
}

/**
 * Pods that stand under a task's name and can never start, for a scheduling gate holds them: a create of the task that still
 * lies with the API server meets them, and is refused (K-018).
 */
export class Tombstones {
  private readonly parts: TombstoneParts;

  constructor(parts: TombstoneParts) {
    this.parts = parts;
  }

  /** False where a pod of that name is there, perhaps this one: its create may be done and not answered. Rejects once `isVoid`. */
  async put(taskId: string, isVoid: () => boolean): Promise<boolean> {
    const { api, insistence, bodyOf } = this.parts;
    try {
      this.keep(await insist({ ...insistence, isVoid }, () => asked(api.create(bodyOf(taskId)))));
      return true;
    } catch (error) {
      if (error instanceof ApiRefusal && error.said.reason === 'AlreadyExists') return false;
      throw error;
    }
  }

  /** One that is found, also of a server before us, stays until no create can come any more. */
  keep(pod: Pod): void {
    this.parts.removals.add(pod, LATE_MILLISECONDS);
  }
}

/** Two that are counted against a quota at once are no answer. */
const asked = (created: Promise<Pod>): Promise<Pod> =>
  created.catch((error: unknown) => {
    if (error instanceof ApiRefusal && error.status === 409 && error.said.reason !== 'AlreadyExists')
      throw new NoAnswer(error.message);
    throw error;
  });

export const isTombstone = ({ gates }: Pod): boolean => gates.includes(TOMBSTONE_GATE);
