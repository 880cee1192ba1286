import { type ContainerInput, withLists } from '../../domain/container-rules.ts';
import type { ExitRule, JobSpec, RetryStrategy } from '../../domain/job-spec.ts';
import { override } from '../../domain/overrides.ts';
import { substitute } from '../../domain/parameters.ts';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import type { CatalogDefinition } from '../catalog.ts';
import { given, type RetryInput, type SubmitInput } from './submit-rules.ts';

/** Lays a submission over its definition: what the job is, once and for all (rules J-095 to J-117). */
export const resolveSpec = (
  jobDefinition: string,
  definition: CatalogDefinition,
  input: SubmitInput,
): JobSpec | Refusal => {
  const doc = definition.doc as DefinitionDoc;
  const parameters = { ...doc.parameters, ...input.parameters };
  const overridden = override(withLists(doc.containerProperties ?? {}), input.containerOverrides ?? {});
  const replaced = substitute(overridden.command, parameters);
  if (replaced.kind === 'missing') {
    return refuse(`Unable to substitute value. No parameter found for reference ${replaced.name}`);
  }
  const timeout = given(input.timeout) ?? doc.timeout;
  return {
    jobDefinition,
    definitionName: definition.name,
    parameters,
    container: { ...overridden, command: replaced.command },
    retryStrategy: strategy(given(input.retryStrategy) ?? doc.retryStrategy),
    ...(timeout && { timeout }),
    tags: input.tags ?? {},
    propagateTags: input.propagateTags ?? doc.propagateTags ?? false,
    platformCapabilities: doc.platformCapabilities ?? [],
    ...(doc.schedulingPriority !== undefined && { schedulingPriority: doc.schedulingPriority }),
  };
};

interface DefinitionDoc {
  readonly parameters?: Record<string, string>;
  readonly containerProperties?: ContainerInput;
  readonly retryStrategy?: RetryInput;
  readonly timeout?: { attemptDurationSeconds?: number };
  readonly propagateTags?: boolean;
  readonly platformCapabilities?: readonly string[];
  readonly schedulingPriority?: number;
}

/** Rules J-111, J-112, J-193: one attempt when nobody said otherwise; actions in lower case. */
const strategy = (retry: RetryInput | undefined): RetryStrategy => ({
  attempts: retry?.attempts ?? 1,
  evaluateOnExit: (retry?.evaluateOnExit ?? []).map(
    (rule) => ({ ...rule, action: (rule.action ?? 'retry').toLowerCase() }) as ExitRule,
  ),
});
