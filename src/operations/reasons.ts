import { kindsInTurn, type ServiceReason } from '../domain/wait-text.ts';

/** What a plan knew of a queue's kinds of jobs. */
export interface Look {
  /** So many kinds wait. */
  readonly kinds: number;
  /** Those that are known in turn were known up to this id. */
  readonly upTo: number;
  /** Within so many plans each kind is known to one; 1 when all were. */
  readonly plans: number;
}

/** So many reasons are kept of kinds that the last plan did not know: some megabytes of text. */
const MOST_KEPT = 20_000;

/** By queue. */
export type Looks = ReadonlyMap<number, Look>;

/**
 * Why the jobs of a queue that ask for the same wait, as the last plan had it that knew of them. One verdict covers a
 * million jobs; there is no second opinion.
 */
export class Reasons {
  private byShape = new Map<string, Told>();
  private looks: Looks = new Map();
  private plans = 0;
  /** Of queues with more kinds than one plan knows, what earlier ones told, the oldest first. */
  private readonly earlier = new Map<string, { readonly told: Told; readonly plan: number }>();
  /** What Spot capacity cost in the last plan, in percent of on-demand. */
  spotPrice = 0;

  /** The last plan's reasons take the place of those before it. */
  replace(
    told: readonly { readonly queue: number; readonly shape: number; readonly told: Told }[],
    looks: Looks,
  ): void {
    this.byShape = new Map(told.map((entry) => [keyOf(entry.queue, entry.shape), entry.told]));
    this.looks = looks;
    this.plans++;
    for (const entry of told) {
      if (isPartial(looks.get(entry.queue))) this.keep(keyOf(entry.queue, entry.shape), entry.told);
    }
    this.forgetOld();
  }

  of(queue: number, shape: number): Told | undefined {
    const key = keyOf(queue, shape);
    const look = this.looks.get(queue);
    const told = this.byShape.get(key);
    if (told || !isPartial(look)) return told;
    const earlier = this.earlier.get(key);
    const inTurn = kindsInTurn(look.kinds);
    // one that was not known to any of so many plans has not waited all the while
    if (!earlier || this.plans - earlier.plan > look.plans) return { details: inTurn, never: false };
    if (earlier.told.never) return earlier.told;
    return { ...earlier.told, details: `${earlier.told.details}; ${inTurn}` };
  }

  private keep(key: string, told: Told): void {
    this.earlier.delete(key);
    this.earlier.set(key, { told, plan: this.plans });
  }

  private forgetOld(): void {
    const longest = Math.max(
      0,
      ...[...this.looks.values()].map((look) => (isPartial(look) ? look.plans : 0)),
    );
    for (const [key, { plan }] of this.earlier) {
      if (this.earlier.size <= MOST_KEPT && this.plans - plan <= longest) return;
      this.earlier.delete(key);
    }
  }
}

const isPartial = (look: Look | undefined): look is Look => look !== undefined && look.plans > 1;

const keyOf = (queue: number, shape: number): string => `${queue}/${shape}`;

export interface Told {
  readonly details: string;
  /** The service's own reason, where one fits: it stands in front. */
  readonly service?: ServiceReason;
  /** It can never run as things are: said before its place in line. */
  readonly never: boolean;
}
