import type { ContainerSpec } from '../../domain/container.ts';
import type { Timers } from '../../lib/clock.ts';
import { mountsElsewhere, resolveMounts } from '../allowed-mounts.ts';
import { type EfsFolders, withEfs } from '../efs.ts';
import type { StartOrder } from '../engine.ts';
import { judgeBy, type MemberRules } from '../member-rules.ts';
import { type Needed, SecretMissing, secretsOf } from '../secrets.ts';
import type { DaemonApi } from './api.ts';
import { backOff } from './back-off.ts';
import { createBody } from './create-body.ts';
import { Creator, type Noes } from './creator.ts';
import { containerName } from './labels.ts';
import { failed, type Launched } from './launched.ts';
import type { Networks } from './networks.ts';
import { PullFailed } from './pull.ts';
import type { Pulls } from './pulls.ts';
import { Starter } from './starter.ts';
import type { Ticket } from './ticket.ts';

/** When an image is fetched: when it is not here, before every task, or never. */
export type PullPolicy = 'absent' | 'always' | 'never';

export interface LaunchSettings {
  readonly timers: Timers;
  readonly dataId: string;
  readonly bootId: string;
  readonly network: string;
  readonly rules: MemberRules;
  readonly mounts: readonly string[] | undefined;
  readonly pull: PullPolicy;
  readonly secretsFile: string | undefined;
  readonly efs: EfsFolders;
  readonly isElsewhere?: boolean;
}

/** Brings an order to a container that was started: at most one, whatever the daemon does meanwhile. */
export class Launcher {
  private readonly pulls: Pulls;
  private readonly networks: Networks;
  private readonly settings: LaunchSettings;
  private readonly creator: Creator;

  constructor(api: DaemonApi, pulls: Pulls, networks: Networks, settings: LaunchSettings) {
    this.pulls = pulls;
    this.networks = networks;
    this.settings = settings;
    const starter = new Starter(api, settings.timers);
    this.creator = new Creator(api, starter, { neverPulls: settings.pull === 'never' });
  }

  /** Never rejects for what the daemon says. */
  async launch(given: StartOrder, ticket: Ticket): Promise<Launched> {
    const order = { ...given, container: withEfs(given.container, this.settings.efs) };
    try {
      const refused = judgeBy(this.settings.rules, order.container).find(({ kind }) => kind === 'refused');
      if (refused?.kind === 'refused') return failed(`CannotCreateContainerError: ${refused.why}`);
      const needed = secretsOf(order.container, this.settings.secretsFile);
      if (this.settings.pull === 'always') await this.fetch(order, needed, ticket);
      return await this.make(order, needed, ticket);
    } catch (error) {
      return failed(reasonOf(error as Error));
    }
  }

  private async make(order: StartOrder, needed: Needed, ticket: Ticket): Promise<Launched> {
    const body = await this.bodyOf(order, needed, ticket);
    const name = containerName(this.settings.dataId, order.taskId);
    let why = 'waits for the Docker daemon to make its container';
    const noes: Noes = { faults: 0, absences: 0 };
    return ticket.whileWaiting(
      () => why,
      async () => {
        for (let tries = 0; !ticket.isVoid(); tries++) {
          const made = await this.creator.tryOnce(name, body, ticket, noes);
          if (made.kind === 'again') why = made.why;
          if (made.kind === 'again') await backOff(this.settings.timers, tries);
          else if (made.kind === 'pull') await this.fetch(order, needed, ticket);
          else return made;
        }
        return { kind: 'void' };
      },
    );
  }

  /** Made at the last moment, again for each create: a pull may take minutes, in which a link can be swapped. */
  private async bodyOf(order: StartOrder, needed: Needed, ticket: Ticket): Promise<() => unknown> {
    const { dataId, bootId, network, mounts, isElsewhere } = this.settings;
    const gpus = ticket.gpus(gpusOf(order.container));
    const attachment = await this.networks.attachmentOf(order, ticket);
    const parts = {
      ...{ dataId, bootId, network, secrets: needed.variables, gpus },
      ...(attachment && { attachment }),
    };
    const resolved = isElsewhere ? mountsElsewhere : resolveMounts;
    return () => createBody({ ...order, container: resolved(order.container, mounts) }, parts);
  }

  private fetch({ container }: StartOrder, { registry }: Needed, ticket: Ticket): Promise<void> {
    const image = container.image!;
    return ticket.whileWaiting(
      () => this.pulls.waitReason(image, registry),
      () => this.pulls.pull(image, registry),
    );
  }
}

/** In the words of the service's own agent. */
const reasonOf = (error: Error): string => {
  if (error instanceof PullFailed) return `CannotPullContainerError: ${error.message}`;
  if (error instanceof SecretMissing)
    return `ResourceInitializationError: unable to pull secrets or registry auth: ${error.message}`;
  return `CannotCreateContainerError: ${error.message}`;
};

const gpusOf = (container: ContainerSpec): number =>
  Number(container.resourceRequirements.find(({ type }) => type === 'GPU')?.value ?? 0);
