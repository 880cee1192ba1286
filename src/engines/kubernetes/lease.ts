import { ApiRefusal } from './client/answers.ts';
import type { KubeClient } from './client/client.ts';
import { numberOf, objectOf, textOf } from './json.ts';
import type { KubernetesEngineSettings } from './settings.ts';

const RENEW_MILLISECONDS = 10_000;
/** One that is not renewed for so long is nobody's. */
const FRESH_SECONDS = 25;
const LOOK_MILLISECONDS = 5000;
/** Whoever lets go waits no longer for an API that does not answer. */
const LAST_MILLISECONDS = 2000;

/** Who has the lease: a host, and a process there. In pods of a StatefulSet both are the same of each. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Another word each time that a server starts. */
  readonly start: string;
}

interface Found {
  readonly resourceVersion: string;
  /** Empty of one that was let go. */
  readonly holder: string;
  readonly transitions: number;
}

/** Another server has it. */
export class LeaseHeld extends Error {
  override readonly name = 'LeaseHeld';
}

/**
 * Says in the cluster that a server has this data folder, so that a second one on another host is told at its start (K-079). A
 * warning, and not the truth: what is done is done once by the names of pods. Whether one is alive is seen by its renewals, for
 * clocks of two hosts differ. The data folder's own lock keeps out a second server of the same host, so one that starts there
 * is what comes after the first; if it is not, the first says so when it finds the other's word.
 */
export class Lease {
  private readonly settings: KubernetesEngineSettings;
  private readonly client: KubeClient;
  private readonly holder: Holder;
  private known: Found | undefined;
  private callOff = () => {};
  private isClosed = false;
  private isForbidden = false;

  constructor(settings: KubernetesEngineSettings, client: KubeClient, holder: Holder) {
    this.settings = settings;
    this.client = client;
    this.holder = holder;
  }

  /** Resolves once it is ours, and goes on to be. Rejects with LeaseHeld. */
  async take(): Promise<void> {
    for (let isOurs = false; !isOurs; ) {
      const found = await this.read();
      if (found && !this.isFree(found)) await this.seeItStale(found);
      isOurs = await this.write(found);
    }
    this.renewLater();
  }

  /** Whoever comes next need not wait. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.callOff();
    if (!this.known) return;
    let callOff = () => {};
    const late = new Promise<void>((done) => (callOff = this.settings.timers.after(LAST_MILLISECONDS, done)));
    await Promise.race([this.write(this.known, '').catch(() => {}), late]).finally(() => callOff());
  }

  private get identity(): string {
    const { host, pid, start } = this.holder;
    return `${host}/${pid}/${start}`;
  }

  private get name(): string {
    return `longshore-${this.settings.dataId}`;
  }

  private get path(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.settings.namespace}/leases`;
  }

  private isFree({ holder }: Found): boolean {
    return holder === '' || hostIn(holder) === this.holder.host;
  }

  private async seeItStale(found: Found): Promise<void> {
    const { log, timers } = this.settings;
    log.warn({ holder: found.holder }, 'waits to see whether another server has this data folder');
    for (let waited = 0; waited < FRESH_SECONDS * 1000; waited += LOOK_MILLISECONDS) {
      await new Promise<void>((done) => void timers.after(LOOK_MILLISECONDS, done));
      const now = await this.read();
      if (!now || now.holder === '') return;
      if (now.resourceVersion !== found.resourceVersion) throw new LeaseHeld(heldText(now.holder, this.name));
    }
  }

  private renewLater(): void {
    this.callOff = this.settings.timers.after(RENEW_MILLISECONDS, () => void this.renew());
  }

  /** An API that does not answer is asked again: the lease is stale meanwhile, and that is all. */
  private async renew(): Promise<void> {
    try {
      if (!(await this.write(this.known)) && (await this.isTaken())) return;
      this.isForbidden = false;
    } catch (error) {
      this.complain(error);
    }
    if (!this.isClosed) this.renewLater();
  }

  /** What somebody else wrote is theirs from then on; what we wrote and were not answered is ours. */
  private async isTaken(): Promise<boolean> {
    const now = await this.read();
    const isTheirs = now !== undefined && now.holder !== '' && now.holder !== this.identity;
    this.known = isTheirs ? undefined : now;
    if (isTheirs)
      this.settings.log.error(
        { holder: now.holder },
        'another server has taken this data folder: both have its pods',
      );
    return isTheirs;
  }

  /** A right that is withdrawn is told once. */
  private complain(error: unknown): void {
    if (!(error instanceof ApiRefusal && error.status === 403)) return;
    if (!this.isForbidden)
      this.settings.log.warn(
        { error: error.message },
        'the lease is not renewed: a second server of this data folder is not noticed',
      );
    this.isForbidden = true;
  }

  private async read(): Promise<Found | undefined> {
    try {
      return foundIn(await this.client.call('GET', `${this.path}/${this.name}`));
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  /** False where it is another by now. */
  private async write(before: Found | undefined, holder = this.identity): Promise<boolean> {
    const body = this.bodyOf(before, holder);
    try {
      const written = before
        ? await this.client.call('PUT', `${this.path}/${this.name}`, { body })
        : await this.client.call('POST', this.path, { body });
      this.known = foundIn(written);
      return true;
    } catch (error) {
      // of one that is to be made, 404 is of its namespace
      const isAnother = (status: number) => status === 409 || (status === 404 && before !== undefined);
      if (error instanceof ApiRefusal && isAnother(error.status)) return false;
      throw error;
    }
  }

  private bodyOf(before: Found | undefined, holderIdentity: string): object {
    const { clock } = this.settings;
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.name, ...(before && { resourceVersion: before.resourceVersion }) },
      spec: {
        holderIdentity,
        leaseDurationSeconds: FRESH_SECONDS,
        renewTime: new Date(clock.wall()).toISOString().replace('Z', '000Z'),
        leaseTransitions: (before?.transitions ?? -1) + (before?.holder === holderIdentity ? 0 : 1),
      },
    };
  }
}

const foundIn = (value: unknown): Found => {
  const { metadata, spec } = objectOf(value);
  return {
    resourceVersion: textOf(objectOf(metadata).resourceVersion) ?? '',
    holder: textOf(objectOf(spec).holderIdentity) ?? '',
    transitions: numberOf(objectOf(spec).leaseTransitions) ?? 0,
  };
};

const hostIn = (holder: string): string => holder.split('/')[0]!;

const heldText = (holder: string, name: string): string => {
  const [host, pid] = holder.split('/');
  const who = pid === undefined ? holder : `host ${host}, process ${pid}`;
  return `a server on another host has this data folder's jobs: ${who} renews lease ${name}; stop that one first`;
};
