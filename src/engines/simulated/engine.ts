import { type ContainerSpec, resourcesOf } from '../../domain/container.ts';
import type { Engine, StartOrder, Support, TaskReport } from '../engine.ts';
import type { SimulatedMachine } from './simulated-machine.ts';

/** An engine whose tasks are a story told by `behaviour`, on a machine that outlives it. For simulations and tests. */
export class SimulatedEngine implements Engine {
  readonly name = 'simulated';
  private readonly machine: SimulatedMachine;

  constructor(machine: SimulatedMachine) {
    this.machine = machine;
  }

  judge(container: ContainerSpec): readonly Support[] {
    return resourcesOf(container).gpus > 0
      ? [
          {
            member: 'resourceRequirements',
            kind: 'refused',
            why: 'resourceRequirements: there is no GPU here',
          },
        ]
      : [];
  }

  async start(orders: readonly StartOrder[]): Promise<void> {
    for (const order of orders) this.machine.order(order, this.failureOf(order));
  }

  private failureOf({ container }: StartOrder): string | undefined {
    const [refused] = this.judge(container);
    if (refused?.kind === 'refused') return `CannotCreateContainerError: ${refused.why}`;
    if (container.command.length > 0) return undefined;
    return 'CannotStartContainerError: the command is empty; an image has an entrypoint of its own only with the Docker engine';
  }

  async stop(taskId: string, graceSeconds: number): Promise<void> {
    this.machine.stop(taskId, graceSeconds);
  }

  async recall(taskId: string): Promise<boolean> {
    return this.machine.recall(taskId);
  }

  async list(): Promise<readonly TaskReport[]> {
    return this.machine.reports();
  }

  watch(listener: (reports: readonly TaskReport[]) => void): void {
    this.machine.listener = listener;
  }

  async forget(taskIds: readonly string[]): Promise<void> {
    for (const taskId of taskIds) this.machine.forget(taskId);
  }

  async close(): Promise<void> {
    this.machine.listener = () => {};
  }
}
