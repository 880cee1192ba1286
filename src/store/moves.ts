import { type LifeEvent, moveOf } from '../domain/job-life.ts';
import { stateCode } from '../domain/job-state.ts';

/** An event of a job's life as a statement over `jobs` needs it. */
export interface SqlMove {
  /** The condition that the row is in a state which the event concerns: `state = 2`, `state IN (0, 1)`. */
  readonly from: string;
  /** The state that follows, as it is stored. */
  readonly to: number;
}

/** Made from the state machine: no statement knows a path of its own (`test/tidy/states.test.ts`). */
export const move = (event: LifeEvent): SqlMove => {
  const { from, to } = moveOf(event);
  const codes = from.map(stateCode);
  // as an equality, for partial indexes are chosen by the text of their condition
  return {
    from: codes.length === 1 ? `state = ${codes[0]}` : `state IN (${codes.join(', ')})`,
    to: stateCode(to),
  };
};
