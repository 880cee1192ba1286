import { definitionArn, jobArn, nameFrom } from '../../domain/arn.ts';
import { asksOf } from '../../domain/consumables.ts';
import { type ContainerSpec, resourcesOf } from '../../domain/container.ts';
import { parseDefinitionName } from '../../domain/definition-name.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { nodeGroups, sumOf } from '../../domain/node-groups.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { DEPENDENCY_REASON, stopCode } from '../../domain/stop-kinds.ts';
import { type Tags, tooManyTags } from '../../domain/tags.ts';
import type { CatalogDefinition, CatalogQueue, MadeSpec } from '../../service/catalog.ts';
import type { Caller, Operation, Service } from '../../service/service.ts';
import { noteClockTurn } from '../../store/clock-turns.ts';
import { insertEdge, PAIRWISE, SEQUENTIAL, WHOLE, watchedBit } from '../../store/dependencies.ts';
import { DOOMED, jobBySeq } from '../../store/job-rows.ts';
import { insertChildren, insertJob, type NewJob } from '../../store/new-jobs.ts';
import { nextSeq } from '../../store/next-seq.ts';
import { insertNodes } from '../../store/node-rows.ts';
import { shareFor } from '../../store/share-rows.ts';
import { insertSpec, shapeOf } from '../../store/spec-rows.ts';
import { insertSweep } from '../../store/stop-sweeps.ts';
import type { Tx } from '../../store/store.ts';
import { setTags } from '../../store/tag-rows.ts';
import { insertDemands } from '../../store/token-rows.ts';
import { stopJob } from '../../transitions/jobs/stop.ts';
import { withConsumables } from './consumables.ts';
import { type Dependencies, resolveDependencies } from './resolve-dependencies.ts';
import { resolveSpec } from './resolve-spec.ts';
import { checkActive, checkSharing } from './share-rules.ts';
import { checkSubmit, type SubmitInput, tooLongOverrides } from './submit-rules.ts';
import { askedText, submitterOf, tooManyUnfinished } from './submitter.ts';

/** SubmitJob, p. 54: answers `{jobName, jobId, jobArn}`. */
export const submitJob: Operation<SubmitInput> = async (service, input, caller) => {
  const wrong = checkSubmit(input);
  if (wrong) return wrong;
  const uuid = caller.requestId ?? service.ids.uuid();
  return service.store.write(async (tx) => {
    const made = await prepare(service, tx, input, caller);
    if (isRefusal(made)) return made;
    const job = { ...made.job, id: uuid };
    await insert(tx, job, made.dependencies);
    if (job.fault) {
      const stop = { kind: 'submission', reason: job.fault, at: job.createdAt } as const;
      await stopJob(tx, service, (await jobBySeq(tx, job.seq))!, stop);
    }
    tx.onCommit(service.wake);
    return { jobName: input.jobName, jobId: uuid, jobArn: jobArn(service.account, uuid) };
  });
};

/** Everything that can be refused, decided before the first row of the job is written. */
const prepare = async (
  service: Service,
  tx: Tx,
  input: SubmitInput,
  caller: Caller,
): Promise<{ job: Omit<Submission, 'id'>; dependencies: Dependencies } | Refusal> => {
  const queue = await findQueue(service, tx, input.jobQueue);
  if (isRefusal(queue)) return queue;
  const definition = await findDefinition(service, tx, input.jobDefinition, caller.revision);
  if (isRefusal(definition)) return definition;
  const unshared =
    checkSharing(queue, definition, input) ?? (await checkActive(service, tx, queue, input.shareIdentifier));
  if (unshared) return unshared;
  const size = input.arrayProperties?.size ?? 0;
  const unfit = await checkFit(service, tx, queue, definition, size);
  if (unfit) return unfit;
  const dependencies = await resolveDependencies(tx, input.dependsOn ?? [], size);
  if (isRefusal(dependencies)) return dependencies;
  const tooMany = await tooManyUnfinished(service, tx, caller, queue, Math.max(1, size));
  if (tooMany) return tooMany;
  const resolved = await specFor(service, tx, queue, definition, input);
  if (isRefusal(resolved)) return resolved;
  const { priority, share, group, nodes } = resolved;
  const parts = nodes?.numNodes ?? size;
  const seq = await nextSeq(tx, parts);
  const job = {
    seq,
    rank: service.order.rankOf({ seq, parts, priority, share }),
    group,
    name: input.jobName,
    queue: queue.seq,
    spec: resolved.spec,
    shape: resolved.shape,
    unmet: dependencies.unmet,
    createdAt: service.clock.wall(),
    dependsOn: input.dependsOn?.length ? JSON.stringify(input.dependsOn) : null,
    size,
    consumes: resolved.tokens.length > 0,
    submitter: await service.submitters.of(tx, submitterOf(service, caller), seq),
    nodes,
    tokens: resolved.tokens,
    tags: input.tags,
    fault: resolved.fault ?? faultOfTags(resolved, input, definition),
  };
  return { job, dependencies };
};

const faultOfTags = (made: MadeSpec, { tags = {} }: SubmitInput, definition: CatalogDefinition) =>
  made.propagateTags ? tooManyTags(tags, definition.tags) : undefined;

interface Submission extends NewJob, Pick<MadeSpec, 'nodes' | 'tokens' | 'fault'> {
  readonly tags: Tags | undefined;
}

const insert = async (tx: Tx, job: Submission, needs: Dependencies): Promise<void> => {
  const { seq } = job;
  const array = job.size > 0;
  const watched = needs.sequential ? watchedBit(SEQUENTIAL) : 0;
  await noteClockTurn(tx, seq, job.createdAt);
  await insertJob(tx, array ? { ...job, unmet: 0 } : job, watched);
  // of root's, whose are not counted, nothing comes of it
  tx.own(job.submitter, Math.max(1, job.size));
  await setTags(tx, 'job', seq, job.tags);
  await insertDemands(tx, seq, job.tokens);
  for (const target of needs.whole) await insertEdge(tx, target, seq, WHOLE);
  for (const target of needs.pairwise) await insertEdge(tx, target, seq, PAIRWISE);
  if (job.nodes) await insertNodes(tx, seq, job.nodes.numNodes, job.nodes.mainNode);
  if (!array) return;
  if (needs.sequential) await insertEdge(tx, seq, seq, SEQUENTIAL);
  const { unmet, sequential, pairwise, begun } = needs;
  const whole = unmet === DOOMED ? DOOMED : unmet + pairwise.length - begun.length;
  const doomed = await insertChildren(tx, job, { whole, sequential, pairwise: begun });
  if (doomed) {
    const stop = { stop_kind: stopCode('dependency'), reason: DEPENDENCY_REASON, at: job.createdAt };
    await insertSweep(tx, 'doomed', seq, stop);
  }
};

const findQueue = async (service: Service, tx: Tx, given: string): Promise<CatalogQueue | Refusal> => {
  const name = nameFrom(service.account, 'job-queue', given);
  const queue = name === undefined ? undefined : await service.catalog.queue(tx, name);
  if (!queue) return refuse(`JobQueue ${given} not found.`);
  if (queue.state !== 'ENABLED') return refuse(`Job queue ${queue.name} is not in ENABLED state`);
  if (queue.status !== 'VALID') return refuse(`Job queue ${queue.name} is not in VALID status`);
  return queue;
};

/** Rules J-092, J-294, T-366: what the definition asks for must be what the queue's environments are. */
const checkFit = async (
  service: Service,
  tx: Tx,
  queue: CatalogQueue,
  { doc }: CatalogDefinition,
  size: number,
): Promise<Refusal | undefined> => {
  if (doc.nodeProperties && size > 0) return refuse('a multi-node job cannot be an array job');
  const isPod = doc.containerOrchestrationType === 'EKS';
  const [capability = 'EC2'] = (doc.platformCapabilities ?? []) as readonly string[];
  const environments = (await service.catalog.allEnvironments(tx)).filter(({ seq }) =>
    queue.environments.includes(seq),
  );
  if (environments.some(({ eks }) => (eks !== undefined) !== isPod))
    return refuse('Job definition type does not match job queue type.');
  if (doc.nodeProperties && environments.some(({ resources }) => resources?.type !== 'EC2'))
    return refuse('a multi-node job runs in MANAGED compute environments of type EC2 only');
  return environments.some(
    ({ resources }) => (resources?.type?.startsWith('FARGATE') ?? false) !== (capability === 'FARGATE'),
  )
    ? refuse(
        `Job Queue is attached to Compute Environment that can not run Jobs with capability ${capability}`,
      )
    : undefined;
};

/** Rules J-068 to J-072: name, `name:revision`, or ARN with or without revision. */
const findDefinition = async (
  service: Service,
  tx: Tx,
  given: string,
  revision: number | undefined,
): Promise<CatalogDefinition | Refusal> => {
  const named = parseDefinitionName(service.account, given);
  const found = named && (await service.catalog.definition(tx, named.name, named.revision ?? revision));
  if (found?.status === 'ACTIVE') return found;
  if (found) return refuse(`JobDefinition ${given} is not in ACTIVE status`);
  return given.startsWith('arn:') || named?.revision !== undefined
    ? refuse(`JobDefinition ${given} not found.`)
    : refuse(`JobDefinition name ${given} does not exist or is not in ACTIVE status`);
};

/**
 * The spec's row. Submissions that are alike share one: what was made of the same definition, named alike, and the same
 * members is remembered while the catalog stands.
 */
const specFor = async (
  service: Service,
  tx: Tx,
  queue: CatalogQueue,
  definition: CatalogDefinition,
  input: SubmitInput,
): Promise<MadeSpec | Refusal> => {
  const { containerOverrides, eksPropertiesOverride, nodeOverrides, parameters } = input;
  const { retryStrategy, timeout, propagateTags } = input;
  const shareIdentifier = input.shareIdentifier || undefined;
  const key = JSON.stringify([
    definition.seq,
    input.jobQueue,
    input.jobDefinition,
    input.schedulingPriorityOverride,
    shareIdentifier && [queue.seq, shareIdentifier],
    containerOverrides,
    eksPropertiesOverride,
    nodeOverrides,
    parameters,
    retryStrategy,
    timeout,
    propagateTags,
    input.consumableResourcePropertiesOverride,
  ]);
  const known = service.catalog.made.get(tx, key);
  if (known) return known;
  const arn = definitionArn(service.account, definition.name, definition.revision);
  const bare = resolveSpec(arn, definition, input);
  if (isRefusal(bare)) return bare;
  const spec = await withConsumables(service, tx, bare, definition, input);
  if (isRefusal(spec)) return spec;
  const share = shareIdentifier ? await shareFor(tx, queue.seq, shareIdentifier) : 0;
  const stored = {
    ...(await storeSpec(service, tx, spec, { definition: definition.seq, share, asked: askedText(input) })),
    fault: tooLongOverrides(input),
  };
  service.catalog.made.set(tx, key, stored, key.length);
  return stored;
};

const storeSpec = async (
  { order }: Service,
  tx: Tx,
  spec: JobSpec,
  {
    definition,
    share,
    asked,
  }: { readonly definition: number; readonly share: number; readonly asked: string },
): Promise<MadeSpec> => {
  const { nodes, schedulingPriority: priority = 0, propagateTags } = spec;
  const group = order.groupOf({ priority, share });
  const tokens = asksOf(spec);
  const id = await insertSpec(tx, JSON.stringify(spec), definition, asked);
  const made = { spec: id, priority, share, group, propagateTags, tokens };
  if (!nodes) {
    const resources = resourcesOf(spec.container as ContainerSpec);
    return { ...made, shape: await shapeOf(tx, { resources, group, tokens }) };
  }
  const groups = nodeGroups(nodes);
  const text = JSON.stringify(groups.map(({ asks, nodes }) => ({ asks, count: nodes.length })));
  const asks = { resources: sumOf(groups), group, nodeGroups: text, tokens };
  return { ...made, shape: await shapeOf(tx, asks), nodes };
};
