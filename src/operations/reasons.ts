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

/** So many reasons are kept of kinds that the last plan did not know: some megabytes. */
const MOST_KEPT = 20_000;

/** By queue. */
export type Looks = ReadonlyMap<number, Look>;

/**
 * Why the jobs of a queue that ask for the same wait, as the last plan had it that knew of them. One verdict covers a
 * million jobs; there is no second opinion.
 */
export class Reasons {
  private byShape = new Map<string, Tell>();
  private looks: Looks = new Map();
  private plans = 0;
  /** Of queues with more kinds than one plan knows, what earlier ones told, the oldest first. */
  private readonly earlier = new Map<string, { readonly tell: Tell; readonly plan: number }>();
  /** What Spot capacity cost in the last plan, in percent of on-demand; undefined before it, and where there is none. */
  spotPrice: number | undefined;

  /** The last plan's reasons take the place of those before it. */
  replace(
    found: readonly { readonly queue: number; readonly shape: number; readonly tell: Tell }[],
    looks: Looks,
  ): void {
    this.byShape = new Map(found.map(({ queue, shape, tell }) => [keyOf(queue, shape), tell]));
    this.looks = looks;
    this.plans++;
    for (const { queue, shape, tell } of found) {
      if (isPartial(looks.get(queue))) this.keep(keyOf(queue, shape), tell);
    }
    this.forgetOld();
  }

  of(queue: number, shape: number): Told | undefined {
    const key = keyOf(queue, shape);
    const look = this.looks.get(queue);
    const tell = this.byShape.get(key);
    if (tell || !isPartial(look)) return tell?.();
    const earlier = this.earlier.get(key);
    const inTurn = kindsInTurn(look.kinds);
    // one that was not known to any of so many plans has not waited all the while
    if (!earlier || this.plans - earlier.plan > look.plans) return { details: inTurn, never: false };
    const told = earlier.tell();
    return told.never ? told : { ...told, details: `${told.details}; ${inTurn}` };
  }

  private keep(key: string, tell: Tell): void {
    this.earlier.delete(key);
    this.earlier.set(key, { tell, plan: this.plans });
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

/** Puts the words together for who asks: each plan finds reasons, and hardly anybody reads them. */
export type Tell = () => Told;

export interface Told {
  readonly details: string;
  /** The service's own reason, where one fits: it stands in front. */
  readonly service?: ServiceReason;
  /** It can never run as things are: said before its place in line. */
  readonly never: boolean;
}
