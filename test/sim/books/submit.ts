import type { Wire } from './model.ts';
import { type Definition, type Dependency, type Job, must, type Spec } from './model.ts';
import { arnOf, type Expected, type Ledger, nameIn, type Request } from './requests.ts';
import { definitionIn, environmentOf, queueOf } from './resources.ts';

/** SubmitJob by the reference: what it must come to. */
export const submit = (ledger: Ledger, request: Request): Expected => {
  const { input } = request;
  const queue = queueOf(ledger, input.jobQueue);
  if (!queue) return { refusal: /^JobQueue \S+ not found/ };
  if (queue.state !== 'ENABLED') return { refusal: /is not in ENABLED state/ };
  if (queue.status !== 'VALID') return { refusal: /is not in VALID status/ };
  const definition = findDefinition(ledger, input.jobDefinition);
  if (definition instanceof RegExp) return { refusal: definition };
  const fargate = definition.sent.platformCapabilities?.[0] === 'FARGATE';
  const unfit = queue.order.some(
    ({ environment }) => (environmentOf(ledger, environment)?.kind === 'FARGATE') !== fargate,
  );
  if (unfit) return { refusal: /can not run Jobs with capability/ };
  const size: number = input.arrayProperties?.size ?? 0;
  const kinds = queue.order.map((entry) => ledger.environments.get(entry.environment)?.kind);
  if (kinds.includes('FARGATE')) return { refusal: /can not run Jobs with capability EC2/ };
  const dependencies = dependenciesOf(ledger, input.dependsOn ?? [], size);
  if (dependencies instanceof RegExp) return { refusal: dependencies };
  const spec = specOf(definition, input);
  if (spec instanceof RegExp) return { refusal: spec };
  return {
    apply: (answer) => {
      const job = ledger.inserted.get(request.id);
      must(job !== undefined, 'an accepted job is there', () => `request ${request.id} made no row`);
      must(
        !answer || answer.jobId === job!.id,
        'an accepted job is there',
        () => `${answer.jobId}, not ${job!.id}`,
      );
      must(job!.size === size && job!.queue === queue, 'a job is as submitted', () => job!.id);
      must(
        job!.children.length === size,
        'an array has its children',
        () => `${job!.children.length} of ${size}`,
      );
      job!.dependencies = dependencies;
      job!.sentDependsOn = input.dependsOn ?? [];
      job!.spec = spec;
      for (const child of job!.children) child.spec = spec;
    },
  };
};

const findDefinition = (ledger: Ledger, given: string): Definition | RegExp => {
  const { name, revision } = definitionIn(given);
  const known = ledger.definitions.get(name) ?? [];
  const chosen = revision === undefined ? known.findLast((one) => one.active) : known[revision - 1];
  if (chosen?.active) return chosen;
  if (chosen) return /^JobDefinition \S+ is not in ACTIVE status/;
  return given.startsWith('arn:') || revision !== undefined
    ? /^JobDefinition \S+ not found/
    : /^JobDefinition name \S+ does not exist/;
};

type Sent = { readonly jobId?: string; readonly type?: string };

const dependenciesOf = (ledger: Ledger, sent: readonly Sent[], size: number): Dependency[] | RegExp => {
  const found: Dependency[] = [];
  for (const { jobId, type } of sent) {
    if (jobId === undefined) {
      if (type !== 'SEQUENTIAL' || size === 0) return /^dependsOn\[/;
      found.push({ kind: 'sequential' });
      continue;
    }
    const job = jobOf(ledger, jobId);
    if (!job) return /^Job \S+ not found/;
    if (type !== 'N_TO_N') found.push({ kind: 'whole', job });
    else if (size > 0 && job.size === size) found.push({ kind: 'pairs', job });
    else return /N_TO_N needs two array jobs/;
  }
  return found;
};

export const jobOf = (ledger: Ledger, id: string): Job | undefined => {
  const plain = nameIn('job', id) ?? '';
  const job = ledger.jobs.get(plain);
  return job?.gone ? undefined : job;
};

/** The job as the definition and the overrides make it. */
const specOf = (definition: Definition, input: Wire): Spec | RegExp => {
  const { sent } = definition;
  const container = sent.containerProperties;
  const over = input.containerOverrides ?? {};
  const parameters = { ...sent.parameters, ...input.parameters };
  let missing = false;
  const command = (over.command?.length ? over.command : (container.command ?? [])).map((word: string) =>
    word.replace(/Ref::([A-Za-z0-9_-]+)/g, (whole, name) => {
      if (!Object.hasOwn(parameters, name)) missing = true;
      return parameters[name] ?? whole;
    }),
  );
  if (missing) return /^Unable to substitute value/;
  const asked = (type: string, member: 'vcpus' | 'memory'): number | undefined => {
    const of = (from: Wire) => from.resourceRequirements?.find((one: Wire) => one.type === type)?.value;
    const requirement = of(over) ?? of(container);
    return requirement === undefined ? (over[member] ?? container[member]) : Number(requirement);
  };
  const gpu = [over, container].flatMap((from) => from.resourceRequirements ?? []);
  const strategy = nonEmpty(input.retryStrategy) ?? sent.retryStrategy ?? { attempts: 1 };
  return {
    definition: arnOf('job-definition', `${definition.name}:${definition.revision}`),
    command,
    milliVcpus: Math.round(asked('VCPU', 'vcpus')! * 1000),
    memoryMiB: asked('MEMORY', 'memory')!,
    gpus: Number(gpu.find((one: Wire) => one.type === 'GPU')?.value ?? 0),
    strategy: { attempts: strategy.attempts, rules: strategy.evaluateOnExit ?? [] },
    timeout: (nonEmpty(input.timeout) ?? sent.timeout)?.attemptDurationSeconds,
  };
};

const nonEmpty = (value: Wire): Wire => (value && Object.keys(value).length > 0 ? value : undefined);
