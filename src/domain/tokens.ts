/** So many tokens of a resource, which is told by its `seq`. */
export interface Tokens {
  readonly consumable: number;
  /** At least 1. */
  readonly quantity: number;
}

/** What a job asks of a resource, by name too: a name never changes. */
export interface ConsumableAsk extends Tokens {
  readonly name: string;
}
