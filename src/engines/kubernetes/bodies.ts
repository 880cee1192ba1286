import type { ContainerSpec } from '../../domain/container.ts';
import type { StartOrder, Support } from '../engine.ts';
import { judgeBy, type MemberRules } from '../member-rules.ts';
import { SecretMissing, secretsOf } from '../secrets.ts';
import type { Bodies, Made } from './given.ts';
import { podName } from './names.ts';
import { podBody, tombstoneOf } from './pod/pod-body.ts';
import { pullSecretName, secretBodies, withoutClusterSecrets } from './pod/secret-bodies.ts';
import type { PodParts, PodSettings } from './pod/settings.ts';
import { supportFor } from './pod/support.ts';

export interface PodBodiesSettings extends PodSettings {
  readonly secretsFile?: string;
}

/** Where a pod is to go, by the id of the host that it was placed on; undefined of one that is none. */
export type PlaceOf = (host: string) => Pick<PodParts, 'nodeName' | 'growth'> | undefined;

const ANYWHERE = { nodeName: undefined };

/** Where hosts are nodes, or to come. */
export const placeOfIn =
  (hosts: {
    nameOf(host: string): string | undefined;
    growthOf(host: string): { readonly labels: Readonly<Record<string, string>> } | undefined;
  }): PlaceOf =>
  (host) => {
    const growth = hosts.growthOf(host);
    if (growth) return { nodeName: undefined, growth: { host, labels: growth.labels } };
    const nodeName = hosts.nameOf(host);
    return nodeName === undefined ? undefined : { nodeName };
  };

/** Makes orders into pods, and into the Secrets that they need. */
export class PodBodies implements Bodies {
  private readonly settings: PodBodiesSettings;
  private readonly rules: MemberRules;
  private readonly placeOf: PlaceOf;

  constructor(settings: PodBodiesSettings, placeOf: PlaceOf) {
    this.settings = settings;
    this.rules = supportFor(settings);
    this.placeOf = placeOf;
  }

  judge(container: ContainerSpec): readonly Support[] {
    return judgeBy(this.rules, container);
  }

  nameOf(taskId: string): string {
    return podName(this.settings.dataId, taskId);
  }

  bodyOf(order: StartOrder, mainAddress: string | undefined): Made {
    const refused = this.judge(order.container).find(({ kind }) => kind === 'refused');
    if (refused?.kind === 'refused')
      return { kind: 'refused', reason: `CannotCreateContainerError: ${refused.why}` };
    const place = order.host === undefined ? ANYWHERE : this.placeOf(order.host);
    // without its pin it would go anywhere (K-139)
    if (place === undefined) return { kind: 'unplaced', reason: 'its node is gone' };
    try {
      return this.made(order, {
        ...place,
        ...(mainAddress !== undefined && { mainAddress }),
      });
    } catch (error) {
      return { kind: 'refused', reason: reasonOf(error as Error) };
    }
  }

  secretNamesOf(podName: string): readonly string[] {
    return this.settings.secretsFile === undefined ? [] : [podName, pullSecretName(podName)];
  }

  /** Of whichever order: one that restricts itself is let in wherever any is. */
  tombstoneOf(taskId: string): unknown {
    return tombstoneOf(podBody(emptyOrder(taskId), this.settings, { nodeName: undefined }));
  }

  private made(order: StartOrder, parts: PodParts): Made {
    const { dataId, secretsFile } = this.settings;
    const needed = secretsOf(withoutClusterSecrets(order.container), secretsFile);
    const secrets = secretBodies(order, dataId, needed);
    return {
      kind: 'made',
      name: this.nameOf(order.taskId),
      pod: podBody(order, this.settings, parts),
      secrets,
    };
  }
}

const reasonOf = (error: Error): string =>
  error instanceof SecretMissing
    ? `ResourceInitializationError: unable to pull secrets or registry auth: ${error.message}`
    : `CannotCreateContainerError: ${error.message}`;

const emptyOrder = (taskId: string): StartOrder => ({
  taskId,
  jobId: 'recalled',
  attempt: 0,
  jobVariables: {},
  container: {
    image: 'none',
    command: [],
    environment: [],
    vcpus: 0.001,
    memory: 4,
    user: '65534:65534',
    resourceRequirements: [],
    volumes: [],
    mountPoints: [],
    ulimits: [],
    secrets: [],
  },
});
