import { ApiRefusal, NoAnswer } from './client/answers.ts';
import type { KubeClient } from './client/client.ts';
import { insist } from './client/insist.ts';
import { mayPass } from './client/retry.ts';
import { KubernetesEngine } from './engine.ts';
import type { Given } from './given.ts';
import { type Holder, Lease } from './lease.ts';
import {
  FOREIGN_RIGHTS,
  lacksNamespace,
  leaseRights,
  missingRights,
  neededRights,
  type Right,
  rightText,
} from './rights.ts';
import type { KubernetesEngineSettings } from './settings.ts';

export interface Permitted {
  /** What others use of the nodes may be seen. */
  readonly seesForeign: boolean;
  /** Those that a lease takes and that are missing. */
  readonly lacksForLease: readonly Right[];
}

/**
 * Asks whether all is allowed that is needed, and whether the namespace is there. A server that answers with trouble of its own is waited for; rejects at once where
 * nobody is there, or where something is missing, by verb and resource (K-104).
 */
export const askPermits = async (
  settings: KubernetesEngineSettings,
  client: KubeClient,
  hasSecrets: boolean,
): Promise<Permitted> => {
  const ask = (rights: readonly Right[]) => insistBusy(settings, () => missingRights(client, rights));
  const missing = await ask(neededRights(settings.namespace, hasSecrets));
  if (missing.length > 0)
    throw new Error(`the cluster does not let this server ${missing.map(rightText).join(', ')}`);
  if (await insistBusy(settings, () => lacksNamespace(client, settings.namespace)))
    throw new Error(`the cluster has no namespace ${settings.namespace}`);
  const lacksForLease = await ask(leaseRights(settings.namespace));
  return { seesForeign: (await ask(FOREIGN_RIGHTS)).length === 0, lacksForLease };
};

/** Rejects where another server has it; undefined where the cluster has none to give, as without a namespace. */
export const takeLease = async (
  settings: KubernetesEngineSettings,
  client: KubeClient,
  holder: Holder,
): Promise<Lease | undefined> => {
  const lease = new Lease(settings, client, holder);
  try {
    await insistBusy(settings, () => lease.take());
    return lease;
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    settings.log.warn({ error: error.message }, 'no lease tells other servers of this one');
    return undefined;
  }
};

/** The engine, with what an earlier server left taken over: nothing can be decided before it is known what runs (K-078). */
export const openKubernetesEngine = async (
  settings: KubernetesEngineSettings,
  given: Given,
): Promise<KubernetesEngine> => {
  const engine = new KubernetesEngine(settings, given);
  try {
    await insist(
      insistenceOf(settings, () => false),
      () => engine.adopt(),
    );
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
};

const insistenceOf = ({ timers, chance, log }: KubernetesEngineSettings, isVoid: () => boolean) => ({
  timers,
  chance,
  isVoid,
  failed: ({ message }: Error) => log.warn({ error: message }, 'waiting for the Kubernetes API'),
});

/** Nobody there is an answer. */
const insistBusy = <T>(settings: KubernetesEngineSettings, ask: () => Promise<T>): Promise<T> => {
  let isAbsent = false;
  return insist(
    insistenceOf(settings, () => isAbsent),
    async () => {
      try {
        return await ask();
      } catch (error) {
        isAbsent = error instanceof NoAnswer || !(error instanceof ApiRefusal) || !mayPass(error);
        throw error;
      }
    },
  );
};
