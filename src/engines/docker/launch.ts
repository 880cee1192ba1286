import type { ContainerSpec } from '../../domain/container.ts';
import type { Timers } from '../../lib/clock.ts';
import { resolveMounts } from '../allowed-mounts.ts';
import { type EfsFolders, withEfs } from '../efs.ts';
import type { StartOrder } from '../engine.ts';
import { judgeBy, type MemberRules } from '../member-rules.ts';
import { type Needed, SecretMissing, secretsOf } from '../secrets.ts';
import type { DaemonApi } from './api.ts';
import { pause } from './back-off.ts';
import { DaemonRefusal, NoAnswer } from './client.ts';
import { containerName, createBody } from './container.ts';
import type { Networks } from './networks.ts';
import { hasBegun, type Inspected, outcomeOf } from './outcome.ts';
import { PullFailed, type Pulls } from './pulls.ts';
import type { Gate } from './ticket.ts';

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
}

export type Launched =
  /** It was started, by us or before: what it is now is to be looked at. */
  | { readonly kind: 'begun'; readonly container: string }
  /** Its start failed within the daemon, which keeps why. */
  | { readonly kind: 'unstarted'; readonly inspected: Inspected }
  /** It never ran; with a container when one is left to be removed. */
  | { readonly kind: 'failed'; readonly reason: string; readonly container?: string }
  | { readonly kind: 'shut'; readonly container?: string };

/** How often the daemon may answer 5xx to the same thing, or have no image that was pulled, before that is taken for its answer. */
const FAULTS = 3;
/** How many containers are being made or started at one time: more at once only wait inside the daemon. */
const AT_ONCE = 8;

/** Gives its turn to at most so many at a time, in the order they ask. */
class Turns {
  private free = AT_ONCE;
  private readonly waiting: (() => void)[] = [];

  /** Resolves with what gives the turn back; a second call of it does nothing. */
  async take(): Promise<() => void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    let isHeld = true;
    return () => {
      if (isHeld) this.give();
      isHeld = false;
    };
  }

  private give(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}

/** Makes and starts containers: each at most once, whatever the daemon does meanwhile. */
export class Launcher {
  private readonly api: DaemonApi;
  private readonly pulls: Pulls;
  private readonly networks: Networks;
  private readonly settings: LaunchSettings;
  private readonly turns = new Turns();

  constructor(api: DaemonApi, pulls: Pulls, networks: Networks, settings: LaunchSettings) {
    this.api = api;
    this.pulls = pulls;
    this.networks = networks;
    this.settings = settings;
  }

  /** From an order to a container that was started. Never rejects for what the daemon says. */
  async launch(given: StartOrder, gate: Gate): Promise<Launched> {
    const order = { ...given, container: withEfs(given.container, this.settings.efs) };
    try {
      const refused = judgeBy(this.settings.rules, order.container).find(({ kind }) => kind === 'refused');
      if (refused?.kind === 'refused') return failed(`CannotCreateContainerError: ${refused.why}`);
      const needed = secretsOf(order.container, this.settings.secretsFile);
      if (this.settings.pull === 'always') await this.fetch(order, needed, gate);
      return await this.make(order, needed, gate);
    } catch (error) {
      if (error instanceof PullFailed) return failed(`CannotPullContainerError: ${error.message}`);
      if (error instanceof SecretMissing) {
        return failed(
          `ResourceInitializationError: unable to pull secrets or registry auth: ${error.message}`,
        );
      }
      return failed(`CannotCreateContainerError: ${(error as Error).message}`);
    }
  }

  private async make(order: StartOrder, needed: Needed, gate: Gate): Promise<Launched> {
    const name = containerName(this.settings.dataId, order.taskId);
    const { dataId, bootId, network } = this.settings;
    const gpus = gate.gpus(gpusOf(order.container));
    const attachment = await this.networks.attachmentOf(order, gate);
    const parts = {
      ...{ dataId, bootId, network, secrets: needed.variables, gpus },
      ...(attachment && { attachment }),
    };
    // at the last moment, again for each create: a pull may take minutes, in which a link can be swapped
    const body = () =>
      createBody({ ...order, container: resolveMounts(order.container, this.settings.mounts) }, parts);
    let why = 'waits for the Docker daemon to make its container';
    const noes: Noes = { faults: 0, absences: 0 };
    return gate.waits(
      () => why,
      async () => {
        for (let tries = 0; !gate.isShut(); tries++) {
          const made = await this.tryOnce(name, body, gate, noes);
          if (made.kind === 'again') why = made.why;
          if (made.kind === 'again') await pause(this.settings.timers, tries);
          else if (made.kind === 'pull') await this.fetch(order, needed, gate);
          else return made;
        }
        return { kind: 'shut' };
      },
    );
  }

  private fetch({ container }: StartOrder, { registry }: Needed, gate: Gate): Promise<void> {
    const image = container.image!;
    return gate.waits(
      () => this.pulls.waitReason(image, registry),
      () => this.pulls.pull(image, registry),
    );
  }

  /** One create, and the start that follows it. */
  private async tryOnce(
    name: string,
    body: () => unknown,
    gate: Gate,
    noes: Noes,
  ): Promise<Launched | Again | { readonly kind: 'pull' }> {
    const giveTurn = await this.turns.take();
    try {
      if (gate.isShut()) return { kind: 'shut' };
      const container = await this.api.create(name, body());
      return gate.isShut() ? { kind: 'shut', container } : await this.start(container, gate, giveTurn);
    } catch (error) {
      if (error instanceof NoAnswer) return again(said(error));
      if (!(error instanceof DaemonRefusal)) throw error;
      giveTurn();
      return await this.meet(error, name, gate, noes);
    } finally {
      giveTurn();
    }
  }

  /** What the daemon's no to a create comes to. */
  private async meet(
    error: DaemonRefusal,
    name: string,
    gate: Gate,
    noes: Noes,
  ): Promise<Launched | Again | { readonly kind: 'pull' }> {
    if (error.status === 409) return this.goOnWith(name, gate);
    if (error.status === 404 && /no such image/i.test(error.message)) {
      if (this.settings.pull === 'never' || ++noes.absences > FAULTS) throw new PullFailed(said(error));
      return { kind: 'pull' };
    }
    if (/invalid reference/i.test(error.message)) throw new PullFailed(said(error));
    return error.status >= 500 && ++noes.faults <= FAULTS ? again(said(error)) : cannotCreate(error);
  }

  /**
   * There is a container of this task already: an earlier server made it, or an answer was lost. One that nobody finds is
   * being made, for a create whose answer came too late, or removed. All this without a turn: there are few of them, and
   * each may take as long as the daemon likes.
   */
  private async goOnWith(name: string, gate: Gate): Promise<Launched | Again> {
    const found = await this.look(name, gate);
    if (!found) return gate.isShut() ? { kind: 'shut' } : again('its container is being made or removed');
    return isMade(found) ? this.start(found.Id, gate) : launchedOf(found);
  }

  /**
   * Starts a container that was made. A start whose answer was lost is repeated only when the daemon, asked again, says that
   * it has not begun: a container that ended would run a second time. What goes wrong is sorted out without its turn.
   */
  private async start(container: string, gate: Gate, giveTurn: () => void = () => {}): Promise<Launched> {
    gate.starting(container);
    let faults = 0;
    for (let tries = 0; ; tries++) {
      try {
        await gate.waits(STARTS, () => this.api.start(container));
        return { kind: 'begun', container };
      } catch (error) {
        giveTurn();
        const state = await this.stateOf(container, gate);
        if (state === 'gone') return failed(`CannotStartContainerError: ${said(error)}`);
        if (state !== 'created') return state;
        if (error instanceof NoAnswer && error.timedOut) return this.abandon(container, gate);
        if (error instanceof DaemonRefusal && ++faults > FAULTS) {
          return failed(`CannotStartContainerError: ${said(error)}`, container);
        }
        await pause(this.settings.timers, tries);
      }
    }
  }

  /**
   * Rule J-183. The order may still lie in the daemon, and the job's next attempt must not run beside it: so nothing is told
   * before the container is known to be gone. One that began meanwhile stays, and has begun.
   */
  private async abandon(container: string, gate: Gate): Promise<Launched> {
    for (let tries = 0; ; tries++) {
      const isRemoved = await this.api.remove(container).then(
        () => true,
        () => false,
      );
      const state = isRemoved ? 'gone' : await this.stateOf(container, gate);
      if (state === 'gone')
        return failed('DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s');
      if (state !== 'created') return state;
      await pause(this.settings.timers, tries);
    }
  }

  /** Whether it is still to be started, or what the launch has come to. */
  private async stateOf(container: string, gate: Gate): Promise<Launched | 'gone' | 'created'> {
    const found = await this.look(container, gate);
    if (!found) return gate.isShut() ? { kind: 'shut' } : 'gone';
    return isMade(found) ? 'created' : launchedOf(found);
  }

  /** Asks until the daemon answers; undefined when there is no such container (or nobody wants to know any more). */
  private look(container: string, gate: Gate): Promise<Inspected | undefined> {
    let why = 'waits for the Docker daemon to say what became of its container';
    return gate.waits(
      () => why,
      async () => {
        for (let tries = 0; ; tries++) {
          try {
            return await this.api.inspect(container);
          } catch (error) {
            if (error instanceof DaemonRefusal && error.status === 404) return undefined;
            if (gate.isShut()) return undefined;
            why = again(said(error)).why;
            await pause(this.settings.timers, tries);
          }
        }
      },
    );
  }
}

/** Here only whether it began counts, not how it ended. */
const NO_BOOT = { id: '', beganAt: Number.POSITIVE_INFINITY };

const STARTS = () => 'waits for the Docker daemon to start its container';

const isMade = (found: Inspected): boolean => outcomeOf(found, NO_BOOT).kind === 'created';

const launchedOf = (found: Inspected): Launched =>
  hasBegun(found) ? { kind: 'begun', container: found.Id } : { kind: 'unstarted', inspected: found };

/** How often the daemon said no to the creates of one container. Silence is none, however long. */
interface Noes {
  faults: number;
  absences: number;
}

/** To be tried again, and what the job waits for meanwhile. */
interface Again {
  readonly kind: 'again';
  readonly why: string;
}

const again = (what: string): Again => ({ kind: 'again', why: `waits for the Docker daemon: ${what}` });

const failed = (reason: string, container?: string): Launched => ({
  kind: 'failed',
  reason,
  ...(container !== undefined && { container }),
});

const said = (error: unknown): string =>
  error instanceof DaemonRefusal ? `Error response from daemon: ${error.message}` : (error as Error).message;

const cannotCreate = (error: DaemonRefusal): Launched => failed(`CannotCreateContainerError: ${said(error)}`);

const gpusOf = (container: ContainerSpec): number =>
  Number(container.resourceRequirements.find(({ type }) => type === 'GPU')?.value ?? 0);
