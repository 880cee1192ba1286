import { createHash } from 'node:crypto';
import type { Batch, ContainerProperties, JobDefinition, SubmitJobRequest } from '@aws-sdk/client-batch';
import { machineClock } from '../main/machine.ts';
import { LIVING } from './flags.ts';
import { searchJobs } from './own-operations.ts';

/* The definitions that `run` makes: the same command with the same needs has one, named by what is in it. */

/** The tag with the moment when `run` made it, and the name that tells it by itself. */
const MADE_AT = 'longshore-run';
const OWN_NAME = /^run-[0-9a-f]{12}$/;

/** As long as this a definition stays for the next alike run. */
const KEPT_MILLISECONDS = 86_400_000;
/** As many go at a time, and as many pages of definitions are looked at for them: a run has something else to do. */
const MOST_REMOVED = 20;
const MOST_PAGES = 10;

/** A definition for a command, and whether it was there. */
interface Own {
  readonly name: string;
  readonly isNew: boolean;
}

const definitionFor = async (batch: Batch, properties: ContainerProperties): Promise<Own> => {
  const name = `run-${createHash('sha256').update(JSON.stringify(properties)).digest('hex').slice(0, 12)}`;
  const { jobDefinitions } = await batch.describeJobDefinitions({
    jobDefinitionName: name,
    status: 'ACTIVE',
  });
  if (jobDefinitions?.length) return { name, isNew: false };
  await register(batch, name, properties);
  return { name, isNew: true };
};

const register = (batch: Batch, jobDefinitionName: string, containerProperties: ContainerProperties) =>
  batch.registerJobDefinition({
    jobDefinitionName,
    type: 'container',
    containerProperties,
    tags: { [MADE_AT]: new Date(machineClock().wall()).toISOString() },
  });

/**
 * Submits a job of a definition of `run`'s own, which is made where it is missing, again when another `run` removes it in this
 * very moment. Resolves to the job's id, and to the end of removing old ones, for which nobody needs to wait.
 */
export const submitOwn = async (
  batch: Batch,
  properties: ContainerProperties,
  submission: Omit<SubmitJobRequest, 'jobDefinition'>,
): Promise<{ jobId: string; tidied: Promise<void> }> => {
  const { name, isNew } = await definitionFor(batch, properties);
  const submit = () => batch.submitJob({ ...submission, jobDefinition: name });
  let answer: Awaited<ReturnType<typeof submit>>;
  try {
    answer = await submit();
  } catch (error) {
    if (!isGone(error)) throw error;
    await register(batch, name, properties);
    answer = await submit();
  }
  // only who makes one looks for old ones: who runs the same again and again has none to fear
  const tidied = isNew ? removeOld(batch).catch(() => undefined) : Promise.resolve();
  return { jobId: answer.jobId ?? '', tidied };
};

const isGone = (error: unknown): boolean =>
  /does not exist or is not in ACTIVE status|JobDefinition \S+ not found/.test((error as Error).message);

/** Deregisters definitions of `run`'s own that are a day old and that no unfinished job is of. */
const removeOld = async (batch: Batch): Promise<void> => {
  const old = await oldOnes(batch);
  if (old.length === 0) return;
  const used = await usedOnes(batch);
  if (!used) return;
  for (const { jobDefinitionName, jobDefinitionArn } of old)
    if (!used.has(jobDefinitionName!))
      await batch.deregisterJobDefinition({ jobDefinition: jobDefinitionArn });
};

const oldOnes = async (batch: Batch): Promise<JobDefinition[]> => {
  const old: JobDefinition[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES && old.length < MOST_REMOVED; pages++) {
    const page = await batch.describeJobDefinitions({ status: 'ACTIVE', ...(nextToken && { nextToken }) });
    old.push(...(page.jobDefinitions ?? []).filter(isOld));
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  return old.slice(0, MOST_REMOVED);
};

/** An earlier version wrote no moment: it was long ago. */
const isOld = ({ jobDefinitionName = '', tags = {} }: JobDefinition): boolean => {
  const madeAt = Date.parse(tags[MADE_AT] ?? '');
  return OWN_NAME.test(jobDefinitionName) && !(machineClock().wall() - madeAt < KEPT_MILLISECONDS);
};

/** Names that jobs which wait or run are of; undefined when there are more jobs than one look takes in. */
const usedOnes = async (batch: Batch): Promise<Set<string> | undefined> => {
  const { jobs, nextToken } = await searchJobs(batch, { definition: 'run-*', states: LIVING, limit: 200 });
  if (nextToken !== undefined) return undefined;
  return new Set(jobs.map(({ jobDefinition }) => /\/([^/:]+):\d+$/.exec(jobDefinition)?.[1] ?? ''));
};
