import type { Log } from '../../lib/logger.ts';
import { ApiRefusal } from './client/answers.ts';
import { type Insistence, insist } from './client/insist.ts';
import type { Pod } from './objects.ts';
import { ownedBy, type SecretBody } from './pod/secret-bodies.ts';
import type { PodsApi } from './pods-api.ts';

export interface TaskSecretsParts {
  readonly api: PodsApi;
  readonly log: Log;
  readonly insistence: Insistence;
  /** Those that a task may have, by the name of its pod; none where this server makes none. */
  readonly namesOf: (podName: string) => readonly string[];
}

/** Secrets of tasks: made before their pods, and gone with them. */
export class TaskSecrets {
  private readonly parts: TaskSecretsParts;
  /** Names of pods that have no Secret, or own it: nothing is left when they go. Of any other that is not known. */
  private readonly clean = new Set<string>();

  constructor(parts: TaskSecretsParts) {
    this.parts = parts;
  }

  /** A task is new: it has none. */
  begin(podName: string): void {
    if (this.parts.namesOf(podName).length > 0) this.clean.add(podName);
  }

  /** One that is there is of the same task. Rejects with what the API server says. */
  async make(podName: string, secrets: readonly SecretBody[]): Promise<void> {
    if (secrets.length > 0) this.clean.delete(podName);
    for (const secret of secrets) {
      await this.parts.api.createSecret(secret).catch((error: unknown) => {
        if (!(error instanceof ApiRefusal && error.said.reason === 'AlreadyExists')) throw error;
      });
    }
  }

  /** From now on the cluster removes them with the pod (K-118). */
  async own(secrets: readonly SecretBody[], pod: Pod): Promise<void> {
    const { api } = this.parts;
    for (const { metadata } of secrets)
      if (!(await this.tidy(metadata.name, () => api.patchSecret(metadata.name, ownedBy(pod))))) return;
    this.begin(pod.name);
  }

  /** Their pod never came, or a server that ended has not told whose they are: they go by their names (K-119). */
  async sweep(podName: string): Promise<void> {
    if (this.clean.delete(podName)) return;
    const { api, namesOf } = this.parts;
    for (const name of namesOf(podName)) await this.tidy(name, () => api.deleteSecret(name));
  }

  /** Whether it is done. Never rejects. */
  private async tidy(name: string, act: () => Promise<void>): Promise<boolean> {
    const { insistence, log } = this.parts;
    try {
      await insist(insistence, act);
      return true;
    } catch (error) {
      if (!insistence.isVoid())
        log.warn({ secret: name, error: (error as Error).message }, 'a secret may be left');
      return false;
    }
  }
}
