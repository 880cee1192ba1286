import type { Resources } from '../../../domain/container.ts';

/** What is remembered of a daemon from server to server. */
export interface KnownHost {
  /** The daemon's own id: its address may change. */
  readonly id: string;
  /** Its machine's name when it was first met, or that and a number where another has it: it stays so. */
  readonly name: string;
  /** Where it answered last. */
  readonly address: string;
  readonly size: Resources;
}

/** A name that no other host has. */
export const freeName = (wanted: string, known: readonly Pick<KnownHost, 'name'>[]): string => {
  const taken = new Set(known.map(({ name }) => name));
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!taken.has(name)) return name;
  }
};

/** What is remembered of the daemon at an address that does not answer, unless that answers elsewhere now. */
export const lastKnownAt = (
  address: string,
  known: readonly KnownHost[],
  heard: ReadonlySet<string>,
): KnownHost | undefined => known.find((host) => host.address === address && !heard.has(host.id));
