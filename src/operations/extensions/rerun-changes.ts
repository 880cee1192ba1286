import { checkFargate } from '../../domain/fargate-rules.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { override } from '../../domain/overrides.ts';
import { substitute } from '../../domain/parameters.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { checkTimeout } from '../../domain/retry-rules.ts';
import { checkOverrides, tooLongOverrides } from '../jobs/submit-rules.ts';

/** What is to be otherwise when a job runs again. */
export interface RerunChanges {
  /** A number, as in `resourceRequirements`. */
  readonly vcpus?: string;
  /** MiB. */
  readonly memory?: number;
  readonly gpus?: number;
  readonly command?: readonly string[];
  /** These take the place of those of their names. */
  readonly environment?: readonly { readonly name?: string; readonly value?: string }[];
  readonly timeoutSeconds?: number;
}

/** The overrides of SubmitJob that say the same; refuses what SubmitJob refuses. */
const overridesOf = ({ vcpus, memory, gpus, command, environment, timeoutSeconds }: RerunChanges) => {
  const asked = { VCPU: vcpus, MEMORY: memory, GPU: gpus };
  const containerOverrides = {
    ...(command && { command }),
    ...(environment && { environment }),
    resourceRequirements: Object.entries(asked).flatMap(([type, value]) =>
      value === undefined ? [] : [{ type, value: String(value) }],
    ),
  };
  const long = tooLongOverrides({ containerOverrides });
  const wrong =
    checkOverrides(containerOverrides) ??
    (timeoutSeconds === undefined ? undefined : checkTimeout({ attemptDurationSeconds: timeoutSeconds })) ??
    (long === undefined ? undefined : refuse(long));
  return wrong ?? containerOverrides;
};

/** The job as it is from its next attempt on. */
export const changedSpec = (spec: JobSpec, changes: RerunChanges): JobSpec | Refusal => {
  if (spec.nodes)
    return refuse('changes are for jobs of one container: a multi-node job runs again as it was');
  if (spec.container.podProperties)
    return refuse('changes are for jobs of one container: a pod runs again as it was');
  const over = overridesOf(changes);
  if (isRefusal(over)) return over;
  const replaced = substitute(over.command ?? [], spec.parameters);
  if (replaced.kind === 'missing')
    return refuse(`Unable to substitute value. No parameter found for reference ${replaced.name}`);
  const container = override(spec.container, { ...over, command: replaced.command });
  const unfit = spec.platformCapabilities?.includes('FARGATE') ? checkFargate(container) : undefined;
  const { timeoutSeconds } = changes;
  return (
    unfit ?? {
      ...spec,
      container,
      ...(timeoutSeconds !== undefined && { timeout: { attemptDurationSeconds: timeoutSeconds } }),
    }
  );
};
