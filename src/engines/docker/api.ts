import type { IncomingMessage } from 'node:http';
import type { Reference } from '../reference.ts';
import { jsonLines } from './answers.ts';
import type { Listed, ListedNetwork, Machine, PullStep } from './api-shapes.ts';
import type { DockerClient } from './client.ts';
import { LABEL } from './labels.ts';
import type { Inspected } from './outcome.ts';

/** What a container's end and its removal are called: by Docker, by Podman. */
const DIE = ['die', 'died'];
export const DESTROY = ['destroy', 'remove'];

const CREATE_MILLISECONDS = 60_000;
/** The service's own limit (rule J-183). */
export const START_MILLISECONDS = 180_000;
/** A log that is read to its end and stalls is broken off; so is one that is followed, which may be quiet: then it is followed anew. */
const READ_SILENCE_MILLISECONDS = 60_000;
const FOLLOW_SILENCE_MILLISECONDS = 900_000;
/** What is on its way when the limit of a stop is over. */
const STOP_SLACK_SECONDS = 60;

/** The calls of the Docker Engine API that are used, by what they do; the containers of one data folder only. */
export class DaemonApi {
  readonly client: DockerClient;
  private readonly filters: string;
  private readonly label: string;

  constructor(client: DockerClient, dataId: string) {
    this.client = client;
    this.label = `${LABEL.data}=${dataId}`;
    this.filters = JSON.stringify({ label: [this.label] });
  }

  /** The new container's id. 409: there is one of this name; 404: there is no such image. */
  async create(name: string, body: unknown): Promise<string> {
    const query = { name };
    const made = await this.client.call<{ Id: string }>('POST', '/containers/create', {
      query,
      body,
      timeoutMilliseconds: CREATE_MILLISECONDS,
    });
    return made.Id;
  }

  start(container: string): Promise<void> {
    return this.client.call('POST', `/containers/${container}/start`, {
      timeoutMilliseconds: START_MILLISECONDS,
    });
  }

  /** Of an id or a name. */
  inspect(container: string): Promise<Inspected> {
    return this.client.call('GET', `/containers/${container}/json`);
  }

  /** The daemon itself waits for the grace, and goes on when we are gone (some versions kill then). Answers when it has ended. */
  stop(container: string, graceSeconds: number): Promise<void> {
    return this.client.call('POST', `/containers/${container}/stop`, {
      query: { t: graceSeconds },
      isLong: true,
      timeoutMilliseconds: (graceSeconds + STOP_SLACK_SECONDS) * 1000,
    });
  }

  kill(container: string): Promise<void> {
    return this.client.call('POST', `/containers/${container}/kill`, { query: { signal: 'SIGKILL' } });
  }

  /** With its anonymous volumes. 409: it runs, or is being removed. */
  remove(container: string): Promise<void> {
    return this.client.call('DELETE', `/containers/${container}`, {
      query: { v: true },
      timeoutMilliseconds: CREATE_MILLISECONDS,
    });
  }

  list(): Promise<readonly Listed[]> {
    return this.client.call('GET', '/containers/json', { query: { all: true, filters: this.filters } });
  }

  /** Those that run and have these labels as well, `name=value`. */
  running(...labels: readonly string[]): Promise<readonly Listed[]> {
    const filters = JSON.stringify({ label: [this.label, ...labels] });
    return this.client.call('GET', '/containers/json', { query: { filters } });
  }

  /** The new network's id. 409: there is one of this name. */
  async createNetwork(body: unknown): Promise<string> {
    return (await this.client.call<{ Id: string }>('POST', '/networks/create', { body })).Id;
  }

  networks(...labels: readonly string[]): Promise<readonly ListedNetwork[]> {
    const filters = JSON.stringify({ label: [this.label, ...labels] });
    return this.client.call('GET', '/networks', { query: { filters } });
  }

  /** 403: a container that runs is attached to it. */
  removeNetwork(id: string): Promise<void> {
    return this.client.call('DELETE', `/networks/${id}`);
  }

  async volumes(): Promise<readonly { readonly Name: string; readonly Labels: Record<string, string> }[]> {
    type Answer = { Volumes: { Name: string; Labels: Record<string, string> }[] | null };
    return (
      (await this.client.call<Answer>('GET', '/volumes', { query: { filters: this.filters } })).Volumes ?? []
    );
  }

  removeVolume(name: string): Promise<void> {
    return this.client.call('DELETE', `/volumes/${name}`);
  }

  /** stdout and stderr with the daemon's times; `since` in seconds. */
  logs(container: string, since: number, follow: boolean): Promise<IncomingMessage> {
    return this.client.stream('GET', `/containers/${container}/logs`, {
      query: { stdout: true, stderr: true, timestamps: true, follow, since: since > 0 ? since : undefined },
      silenceMilliseconds: follow ? FOLLOW_SILENCE_MILLISECONDS : READ_SILENCE_MILLISECONDS,
    });
  }

  /** What happens to our containers from now on, until the stream breaks. */
  events(): Promise<IncomingMessage> {
    const filters = JSON.stringify({ type: ['container'], event: [...DIE, ...DESTROY], label: [this.label] });
    return this.client.stream('GET', '/events', { query: { filters } });
  }

  /** The steps of a pull as they come; the first may take as long as the registry's first answer. */
  async pull(
    reference: Reference,
    auth: string | undefined,
    timeoutMilliseconds: number,
  ): Promise<{ steps: AsyncGenerator<PullStep>; end(): void }> {
    const stream = await this.client.stream('POST', '/images/create', {
      query: { fromImage: reference.name, tag: reference.tag },
      timeoutMilliseconds,
      ...(auth !== undefined && { headers: { 'X-Registry-Auth': auth } }),
    });
    return { steps: jsonLines<PullStep>(stream), end: () => stream.destroy() };
  }

  async machine(): Promise<Machine> {
    type Info = { ID?: string; Name?: string; NCPU: number; MemTotal: number; ServerVersion: string };
    const info = await this.client.call<Info>('GET', '/info');
    return {
      id: info.ID ?? '',
      name: info.Name ?? '',
      milliVcpus: info.NCPU * 1000,
      memoryMiB: Math.floor(info.MemTotal / 1_048_576),
      version: info.ServerVersion,
    };
  }
}
