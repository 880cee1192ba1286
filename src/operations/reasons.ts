import type { ServiceReason } from '../domain/wait-text.ts';

/**
 * Why the jobs of a queue that ask for the same wait, as the last plan had it. One verdict covers a million
 * jobs; there is no second opinion.
 */
export class Reasons {
  private byShape = new Map<string, Told>();
  /** What Spot capacity cost in the last plan, in percent of on-demand. */
  spotPrice = 0;

  /** The last plan's reasons take the place of those before it. */
  replace(told: readonly { readonly queue: number; readonly shape: number; readonly told: Told }[]): void {
    this.byShape = new Map(told.map((entry) => [`${entry.queue}/${entry.shape}`, entry.told]));
  }

  of(queue: number, shape: number): Told | undefined {
    return this.byShape.get(`${queue}/${shape}`);
  }
}

export interface Told {
  readonly details: string;
  /** The service's own reason, where one fits: it stands in front. */
  readonly service?: ServiceReason;
  /** It can never run as things are: said before its place in line. */
  readonly never: boolean;
}
