import { askedOf, specAsking } from './consumables.ts';
import { asksOf, containerOf, shownRange } from './containers.ts';
import type { Wire } from './model.ts';
import {
  type Definition,
  type Dependency,
  type Job,
  must,
  type Nodes,
  type Queue,
  type Spec,
} from './model.ts';
import { arnOf, type Expected, type Ledger, nameIn, type Request } from './requests.ts';
import { definitionIn, environmentOf, lowerCased, queueOf } from './resources.ts';

/** SubmitJob by the reference: what it must come to. */
export const submit = (ledger: Ledger, request: Request): Expected => {
  const { input } = request;
  const queue = queueOf(ledger, input.jobQueue);
  if (!queue) return { refusal: /^JobQueue \S+ not found/ };
  if (queue.state !== 'ENABLED') return { refusal: /is not in ENABLED state/ };
  if (queue.status !== 'VALID') return { refusal: /is not in VALID status/ };
  const definition = findDefinition(ledger, input.jobDefinition);
  if (definition instanceof RegExp) return { refusal: definition };
  const unshared = refusalOfShare(queue, definition, input);
  if (unshared) return { refusal: unshared };
  const size: number = input.arrayProperties?.size ?? 0;
  const unfitNodes = definition.sent.nodeProperties && refusalOfNodes(ledger, queue, size);
  if (unfitNodes) return { refusal: unfitNodes };
  const fargate = definition.sent.platformCapabilities?.[0] === 'FARGATE';
  const unfit = queue.order.some(
    ({ environment }) => (environmentOf(ledger, environment)?.kind === 'FARGATE') !== fargate,
  );
  if (unfit) return { refusal: /can not run Jobs with capability/ };
  const kinds = queue.order.map((entry) => ledger.environments.get(entry.environment)?.kind);
  if (kinds.includes('FARGATE')) return { refusal: /can not run Jobs with capability EC2/ };
  const dependencies = dependenciesOf(ledger, input.dependsOn ?? [], size);
  if (dependencies instanceof RegExp) return { refusal: dependencies };
  const nodes = nodesOf(definition, input);
  if (nodes instanceof RegExp) return { refusal: nodes };
  const spec = nodes?.specs[nodes.main] ?? specOf(definition, definition.sent.containerProperties, input);
  if (spec instanceof RegExp) return { refusal: spec };
  const asked = askedOf(ledger, definition, input, nodes);
  if (asked instanceof RegExp) return { refusal: asked };
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
        job!.children.length === (nodes?.specs.length ?? size) && job!.nodes === (nodes?.specs.length ?? 0),
        'an array has its children',
        () => `${job!.children.length} of ${size}`,
      );
      job!.dependencies = dependencies;
      job!.sentDependsOn = input.dependsOn ?? [];
      job!.spec = specAsking(spec, asked);
      job!.asks = asked.asks;
      job!.tags = input.tags ?? {};
      shareOf(job!, input);
      job!.nodesShown = nodes && shownNodes(nodes, asked.ranges);
      for (const child of job!.children) {
        child.spec = nodes ? specAsking(nodes.specs[child.index]!, asked) : job!.spec;
        if (!nodes) child.asks = asked.asks;
        const role = nodes && (child.index === nodes.main ? 'main' : 'other');
        must(child.role === (role ?? 'none'), 'a job is as submitted', () => child.id);
      }
    },
  };
};

/** Its ranges with what their nodes ask for. */
const shownNodes = ({ shown }: Nodes, asked: readonly Wire[]): Wire => ({
  ...shown,
  nodeRangeProperties: shown.nodeRangeProperties.map((range: Wire, at: number) => ({
    ...range,
    consumableResourceProperties: asked[at],
  })),
});

/** Who shares says with whom, and how urgent it is; who does not says neither. */
const refusalOfShare = (queue: Queue, { sent }: Definition, input: Wire): RegExp | undefined => {
  const { shareIdentifier: share, schedulingPriorityOverride: override } = input;
  if (!queue.policy) return share || override !== undefined ? /can onlybe submitted to/ : undefined;
  if (!share) return /^shareIdentifier must be specified/;
  const priority = override ?? sent.schedulingPriority;
  return priority === undefined ? /^Either schedulingPriority in job definition or/ : undefined;
};

const shareOf = (job: Job, { shareIdentifier }: Wire): void => {
  if (!job.queue.policy) return;
  for (const one of [job, ...job.children]) {
    one.share = shareIdentifier;
    one.priority = job.spec.shown.schedulingPriority;
  }
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
    if (job?.role !== 'none') return /^Job \S+ not found/;
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

/** Nodes run on demand only, on instances of their own, and in no array. */
const refusalOfNodes = (ledger: Ledger, queue: Queue, size: number): RegExp | undefined => {
  if (size > 0) return /^a multi-node job cannot be an array job/;
  const all = queue.order.every(({ environment }) => environmentOf(ledger, environment)?.takesNodes);
  return all ? undefined : /^a multi-node job runs in MANAGED compute environments of type EC2 only/;
};

/** The nodes as the definition and the overrides make them; undefined for a job of another type. */
const nodesOf = (definition: Definition, input: Wire): Nodes | undefined | RegExp => {
  const sent = definition.sent.nodeProperties;
  const over = nonEmpty(input.nodeOverrides);
  if (!sent) return over && /^nodeOverrides are for job definitions of type multinode only/;
  if (nonEmpty(input.containerOverrides)) return /^containerOverrides are not for multi-node jobs/;
  const ranges: Wire[] = sent.nodeRangeProperties;
  const overrides: Wire[] = over?.nodePropertyOverrides ?? [];
  if (overrides.some((one) => !ranges.some(({ targetNodes }) => targetNodes === one.targetNodes)))
    return /^NodeOverride targets should match job definition/;
  if (over?.numNodes !== undefined) {
    const wrong = wrongCount(sent, over.numNodes);
    if (wrong) return wrong;
  }
  const numNodes: number = over?.numNodes ?? sent.numNodes;
  const specs: Spec[] = [];
  const made = ranges.map((range) => {
    const own = overrides.find(({ targetNodes }) => targetNodes === range.targetNodes);
    return specOf(definition, range.container, { ...input, containerOverrides: own?.containerOverrides });
  });
  const missing = made.find((spec) => spec instanceof RegExp);
  if (missing) return missing;
  const places = Array.from({ length: numNodes }, (_, node) => narrowest(ranges, numNodes, node));
  for (const place of places) specs.push(made[place] as Spec);
  const shown = {
    numNodes,
    mainNode: sent.mainNode,
    nodeRangeProperties: ranges.map((range, at) => shownRange(range, (made[at] as Spec).container)),
  };
  return { main: sent.mainNode, specs, ranges: places, shown };
};

const boundsOf = (targetNodes: string, numNodes: number): [number, number] => {
  const [low = '', high] = targetNodes.split(':');
  return [Number(low), high === undefined ? Number(low) : high === '' ? numNodes - 1 : Number(high)];
};

const wrongCount = (sent: Wire, numNodes: number): RegExp | undefined => {
  const targets: string[] = sent.nodeRangeProperties.map((range: Wire) => range.targetNodes);
  if (!targets.some((target) => target.endsWith(':'))) return /^numNodes can be overridden only where/;
  if (numNodes < 1 || numNodes > 1000) return /^Number of nodes must be between/;
  if (targets.some((target) => boundsOf(target, numNodes)[0] >= numNodes)) return /^The lower bound/;
  return sent.mainNode >= numNodes ? /^Main node index is out of range/ : undefined;
};

/** Of the ranges that hold a node, the place of the narrowest; of equals the later. */
const narrowest = (ranges: readonly Wire[], numNodes: number, node: number): number => {
  const width = (range: Wire): number => {
    const [low, high] = boundsOf(range.targetNodes, numNodes);
    return node >= low && node <= high ? high - low : Number.POSITIVE_INFINITY;
  };
  const least = Math.min(...ranges.map(width));
  return ranges.findLastIndex((range) => width(range) === least);
};

/** The job as the definition and the overrides make it. */
const specOf = (definition: Definition, container: Wire, input: Wire): Spec | RegExp => {
  const { sent } = definition;
  const parameters = { ...sent.parameters, ...input.parameters };
  const made = containerOf(container, input.containerOverrides ?? {}, parameters);
  if (!made) return /^Unable to substitute value/;
  const { attempts, evaluateOnExit: rules = [] } = nonEmpty(input.retryStrategy) ??
    sent.retryStrategy ?? { attempts: 1 };
  const timeout = nonEmpty(input.timeout) ?? nonEmpty(sent.timeout);
  return {
    definition: arnOf('job-definition', `${definition.name}:${definition.revision}`),
    container: made,
    ...asksOf(made),
    strategy: { attempts, rules },
    timeout: timeout?.attemptDurationSeconds,
    shown: {
      parameters,
      retryStrategy: { attempts, evaluateOnExit: lowerCased(rules) },
      timeout,
      propagateTags: input.propagateTags ?? sent.propagateTags ?? false,
      schedulingPriority: input.schedulingPriorityOverride ?? sent.schedulingPriority,
    },
  };
};

const nonEmpty = (value: Wire): Wire => (value && Object.keys(value).length > 0 ? value : undefined);
