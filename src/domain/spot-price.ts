/** What Spot capacity costs when nobody else wants the pool, in percent of on-demand. */
export const LEAST_SPOT_PRICE = 10;

/** Capacity comes while its price is below the bid (rule E-169): whether that can never be. `bid`: percent. */
export const neverWins = (bid: number): boolean => bid <= LEAST_SPOT_PRICE;
