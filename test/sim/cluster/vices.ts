/** What may become of a question beside its answer. */
export const VICES = ['refused', 'unheard', 'unanswered', 'late', 'slow'] as const;
export type Vice = (typeof VICES)[number];

/** Of questions how many go wrong, and how. */
export interface Vices {
  readonly often: number;
  readonly weights: Readonly<Record<Vice, number>>;
}
