import type { ConsumablesInput } from '../../domain/consumables.ts';
import { checkCommand, checkEnvironment, checkRequirements } from '../../domain/container-rules.ts';
import type { NodeOverrides } from '../../domain/node-rules.ts';
import { refuseNotYet } from '../../domain/not-yet.ts';
import type { ContainerOverrides } from '../../domain/overrides.ts';
import type { EksOverride } from '../../domain/pods/pod-overrides.ts';
import { type Refusal, refuseWrapped } from '../../domain/refusal.ts';
import { checkRetryStrategy, checkTimeout } from '../../domain/retry-rules.ts';
import { LARGEST_ARRAY, MOST_DEPENDENCIES, SMALLEST_ARRAY } from '../../domain/submit-limits.ts';
import { checkTags } from '../../domain/tags.ts';
import { checkShare, type ShareInput } from './share-rules.ts';

/** SubmitJob's request, as far as it has a meaning here (p. 54 and today's model). */
export interface SubmitInput extends ShareInput {
  readonly jobName: string;
  readonly jobQueue: string;
  readonly jobDefinition: string;
  readonly arrayProperties?: { readonly size?: number };
  readonly dependsOn?: readonly DependsOn[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly containerOverrides?: ContainerOverrides;
  readonly nodeOverrides?: NodeOverrides;
  readonly eksPropertiesOverride?: EksOverride;
  readonly retryStrategy?: RetryInput;
  readonly timeout?: { readonly attemptDurationSeconds?: number };
  readonly tags?: Readonly<Record<string, string>>;
  readonly propagateTags?: boolean;
  readonly consumableResourcePropertiesOverride?: ConsumablesInput;
}

export interface DependsOn {
  readonly jobId?: string;
  readonly type?: 'N_TO_N' | 'SEQUENTIAL';
}

export interface RetryInput {
  readonly attempts?: number;
  readonly evaluateOnExit?: readonly {
    readonly action?: string;
    readonly onStatusReason?: string;
    readonly onReason?: string;
    readonly onExitCode?: string;
  }[];
}

/** Rule T-407. */
const LARGEST_KIB = 30;

/** Rule T-408, in bytes of JSON. */
const LARGEST_OVERRIDES = 8192;

const JOB_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** What can be said of a request without looking anything up. */
export const checkSubmit = (input: SubmitInput): Refusal | undefined => {
  const tags = checkTags(input.tags);
  if (tags) return tags;
  if (!JOB_NAME.test(input.jobName)) return refuseWrapped('Job name should match valid pattern');
  const size = input.arrayProperties?.size;
  if (size !== undefined && (size < SMALLEST_ARRAY || size > LARGEST_ARRAY)) {
    return refuseWrapped(`Array size must be between ${SMALLEST_ARRAY} and ${LARGEST_ARRAY}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes >= LARGEST_KIB * 1024)
    return refuseWrapped(
      `Job size must be less than ${LARGEST_KIB} KiB, got ${Math.floor(bytes / 1024)} KiB`,
    );
  if ((input.dependsOn?.length ?? 0) > MOST_DEPENDENCIES)
    return refuseWrapped(`Job cannot have more than ${MOST_DEPENDENCIES} dependencies`);
  return (
    checkOverrides(input.containerOverrides) ??
    checkOfNodes(input.nodeOverrides) ??
    checkRetryStrategy(given(input.retryStrategy)) ??
    checkTimeout(input.timeout) ??
    checkShare(input) ??
    refuseNotYet('SubmitJobRequest', input)
  );
};

/** An empty object counts as absent (J-087). */
export const given = <T extends object>(value: T | undefined): T | undefined =>
  value && Object.keys(value).length > 0 ? value : undefined;

/** Each node override by itself; what they say of the definition's nodes: `checkNodeOverrides`. */
const checkOfNodes = (over: NodeOverrides | undefined): Refusal | undefined => {
  for (const each of over?.nodePropertyOverrides ?? []) {
    const wrong = refuseNotYet('NodePropertyOverride', each) ?? checkOverrides(each.containerOverrides);
    if (wrong) return wrong;
  }
  return undefined;
};

/**
 * Why a job with these overrides fails before it runs, for what would run it takes no more; undefined when it does not. The
 * submission is taken all the same, as the service takes it (T-408).
 */
export const tooLongOverrides = ({
  containerOverrides,
  eksPropertiesOverride,
  nodeOverrides,
}: Pick<SubmitInput, 'containerOverrides' | 'eksPropertiesOverride' | 'nodeOverrides'>):
  | string
  | undefined => {
  const ofNodes = (nodeOverrides?.nodePropertyOverrides ?? []).flatMap((each) => [
    each.containerOverrides,
    each.eksPropertiesOverride,
  ]);
  return [containerOverrides, eksPropertiesOverride, ...ofNodes].some(
    (over) => over && Buffer.byteLength(JSON.stringify(over)) > LARGEST_OVERRIDES,
  )
    ? `Container Overrides length must be at most ${LARGEST_OVERRIDES}`
    : undefined;
};

/** Shared by all that changes a container (rules J-015 to J-029). */
export const checkOverrides = (over: ContainerOverrides | undefined): Refusal | undefined => {
  if (!over) return undefined;
  return (
    checkOlder(over) ??
    checkCommand(over.command) ??
    checkEnvironment(over.environment) ??
    checkRequirements(over.resourceRequirements) ??
    checkMinima(over)
  );
};

/** A 0 beside a requirement of its kind is what clients send for absent, as in a definition (J-027). */
const checkOlder = (over: ContainerOverrides): Refusal | undefined => {
  const meant = (number: number | undefined, type: string) =>
    number === 0 && asked(over, type) !== undefined ? undefined : number;
  const vcpus = meant(over.vcpus, 'VCPU') ?? 1;
  if (vcpus < 1) return refuseWrapped(`vCPU must be at least 1, got ${vcpus}.`);
  const memory = meant(over.memory, 'MEMORY') ?? 4;
  return memory < 4 ? refuseWrapped(`Memory must be at least 4 Mib, got ${memory} Mib.`) : undefined;
};

const asked = (over: ContainerOverrides, type: string): string | undefined =>
  over.resourceRequirements?.find((r) => r.type === type)?.value;

/** What a definition may not ask, an override may not either (S-277, S-284). */
const checkMinima = (over: ContainerOverrides): Refusal | undefined => {
  const vcpu = Number(asked(over, 'VCPU') ?? 1);
  if (vcpu < 0.25) return refuseWrapped(`vCPU must be at least 1, got ${vcpu}.`);
  const memory = Number(asked(over, 'MEMORY') ?? 4);
  return memory < 4 ? refuseWrapped(`Memory must be at least 4 Mib, got ${memory} Mib.`) : undefined;
};
