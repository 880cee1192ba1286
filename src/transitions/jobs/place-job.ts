import { nextState } from '../../domain/job-life.ts';
import { stateOf } from '../../domain/job-state.ts';
import type { StartOrder } from '../../engines/engine.ts';
import type { Placement, ShapeView } from '../../scheduler/snapshot.ts';
import type { Service } from '../../service/service.ts';
import { setStarting } from '../../store/job-moves.ts';
import { jobBySeq } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';
import { insertTask } from '../../store/task-rows.ts';
import { takeTokens } from '../../store/token-rows.ts';
import { useNow } from '../shares/use-now.ts';
import { nameStream } from './name-stream.ts';
import { placeNodes } from './nodes.ts';
import { orderOf } from './start-order.ts';

/**
 * Writes the intent to run a job's next attempt, which takes the tokens that its shape asks for; undefined when the job is no longer RUNNABLE, and for the nodes of a
 * multi-node job, which start in an order of their own.
 */
export const placeJob = async (
  service: Service,
  tx: Tx,
  placement: Placement,
  { groups, tokens = [] }: Pick<ShapeView, 'groups' | 'tokens'>,
): Promise<StartOrder | undefined> => {
  const job = (await jobBySeq(tx, placement.job))!;
  if (nextState(stateOf(job.state), 'placed') === undefined) return undefined;
  const spec = await service.specs.of(tx, job.spec);
  await takeTokens(tx, job.seq, tokens);
  if (spec.nodes) {
    await placeNodes(service, tx, job, placement, spec);
    return undefined;
  }
  const { environment, after = null } = placement;
  const attempt = job.attempt + 1;
  const placedAge = job.share > 0 ? await useNow(service, tx) : null;
  const id = service.ids.hex(32);
  const instance = placement.instances[0]!;
  const logStream = await nameStream(service, tx, spec.definitionName, id, spec.container);
  await insertTask(tx, {
    id,
    job: job.seq,
    attempt,
    environment,
    ...groups[0]!.asks,
    logStream,
    createdAt: service.clock.wall(),
    steady: service.clock.steady(),
    bootId: service.clock.bootId,
    after,
    instance,
    held: 0,
    share: job.share,
    placedAge,
  });
  await setStarting(tx, job, attempt);
  return orderOf(service, tx, job, { id, attempt, environment, after, instance });
};
