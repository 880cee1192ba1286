import type { Log } from '../../lib/logger.ts';
import { ApiRefusal } from './client/answers.ts';
import { type Insistence, insist } from './client/insist.ts';
import type { Pod } from './objects.ts';
import { ownedBy, type SecretBody } from './pod/secret-bodies.ts';
import type { PodsApi } from './pods-api.ts';

/** Secrets of tasks: made before their pods, and gone with them. */
export class TaskSecrets {
  private readonly api: PodsApi;
  private readonly log: Log;
  private readonly insistence: Insistence;

  constructor(api: PodsApi, log: Log, insistence: Insistence) {
    this.api = api;
    this.log = log;
    this.insistence = insistence;
  }

  /** One that is there is of the same task. Rejects with what the API server says. */
  async make(secrets: readonly SecretBody[]): Promise<void> {
    for (const secret of secrets) {
      await this.api.createSecret(secret).catch((error: unknown) => {
        if (!(error instanceof ApiRefusal && error.said.reason === 'AlreadyExists')) throw error;
      });
    }
  }

  /** From now on the cluster removes them with the pod (K-118). */
  own(secrets: readonly SecretBody[], pod: Pod): void {
    for (const { metadata } of secrets)
      this.tidy(metadata.name, () => this.api.patchSecret(metadata.name, ownedBy(pod)));
  }

  /** Their pod never came (K-119). */
  drop(secrets: readonly SecretBody[]): void {
    for (const { metadata } of secrets) this.tidy(metadata.name, () => this.api.deleteSecret(metadata.name));
  }

  private tidy(name: string, act: () => Promise<void>): void {
    insist(this.insistence, act).catch(({ message }: Error) => {
      if (!this.insistence.isVoid()) this.log.warn({ secret: name, error: message }, 'a secret may be left');
    });
  }
}
