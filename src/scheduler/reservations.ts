import { HOST } from '../domain/instance.ts';
import { isNothing } from './amounts.ts';
import { release, reserve, type Share } from './change-room.ts';
import { isOnDemand } from './reserve.ts';
import { goesByItself, hostOf, type PlannedInstance, type Room } from './room.ts';
import type { Reservation } from './snapshot.ts';

/**
 * What a plan has reserved in its room, one for a queue: those on demand before those of Spot, which is what they leave
 * (E-168), each in the order it was reserved in.
 */
export class Reservations {
  private readonly room: Room;
  private readonly held = new Map<number, { readonly reservation: Reservation; readonly shares: Shares }>();

  constructor(room: Room) {
    this.room = room;
  }

  all(): readonly Reservation[] {
    return [...this.onDemand(), ...this.spot()];
  }

  spot(): readonly Reservation[] {
    return this.those((reservation) => !isOnDemand(this.room, reservation));
  }

  private onDemand(): readonly Reservation[] {
    return this.those((reservation) => isOnDemand(this.room, reservation));
  }

  private those(are: (reservation: Reservation) => boolean): readonly Reservation[] {
    const found: Reservation[] = [];
    for (const { reservation } of this.held.values()) if (are(reservation)) found.push(reservation);
    return found;
  }

  of(queue: number): Reservation | undefined {
    return this.held.get(queue)?.reservation;
  }

  /** A queue's own and those of its like, on demand or of Spot, that were made after it. */
  from(own: Reservation): readonly Reservation[] {
    const like = isOnDemand(this.room, own) ? this.onDemand() : this.spot();
    return like.slice(like.findIndex(({ queue }) => queue === own.queue));
  }

  /** Fails for a queue that holds one: what that holds would be held for nobody. */
  reserve(reservation: Reservation): void {
    if (this.held.has(reservation.queue)) throw new Error(`queue ${reservation.queue} holds a reservation`);
    this.hold(reservation);
  }

  private hold(reservation: Reservation): void {
    this.held.set(reservation.queue, { reservation, shares: reserve(this.room, reservation) });
  }

  release(queue: number): void {
    release(this.room, this.held.get(queue)!.shares);
    this.held.delete(queue);
  }

  /**
   * What `look` finds in the room as it is without some of them, which stand again afterwards, in their places, unless
   * what was found is instead of them.
   */
  without<T>(some: readonly Reservation[], look: () => T, isInstead: (found: T) => boolean = () => false): T {
    for (const { queue } of some) release(this.room, this.held.get(queue)!.shares);
    const found = look();
    const goes = isInstead(found);
    for (const reservation of some) {
      if (goes) this.held.delete(reservation.queue);
      else this.hold(reservation);
    }
    return found;
  }

  /** Whether another queue's job waits for an instance, for room on it, or for what the end of its tasks gives back. */
  areOn(id: string, queue: number): boolean {
    const instance = this.room.instances.get(id);
    return this.all().some(
      (r) =>
        r.queue !== queue &&
        (r.on.some((o) => o.instance === id) ||
          r.victims.some((v) => v.instance === id) ||
          (instance !== undefined && givesBackTo(this.room, instance, r))),
    );
  }
}

/** Whether the end of an instance's tasks gives its host room or slots, or its environment vCPUs, that a reservation is of. */
const givesBackTo = (room: Room, instance: PlannedInstance, r: Reservation): boolean => {
  const goes = goesByItself(room, instance);
  const givesRoom = goes || instance.type === HOST;
  const hasSlots = hostOf(room, instance.host).slotsLeft !== Number.POSITIVE_INFINITY;
  return (
    (givesRoom && r.environment === instance.environment && r.milliVcpus > 0) ||
    r.portions.some(
      ({ host, asks }) => host === instance.host && (hasSlots || (givesRoom && !isNothing(asks))),
    )
  );
};

type Shares = readonly Share[];
