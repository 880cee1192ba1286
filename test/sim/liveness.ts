import { type Environment, isFinal, type Job, must, PENDING, RUNNABLE, STATES } from './books/model.ts';
import { checkEmpty, checkQuiet, checkUnused } from './invariants.ts';
import type { World } from './world.ts';

/** When nothing at all happens for this long, nothing ever will: a task may run that long, and get its grace. */
const STILL_MILLISECONDS = 200_000;
/** The same when no task is live: two reconciliations. */
const EMPTY_MILLISECONDS = 65_000;
/** Longer than any world needs: beyond it something goes round in circles. */
const MOST_EVENTS = 300_000;

/**
 * The faults stop: now every job ends that can, then every job that is stopped, and everything that is deleted goes.
 * Throws the `Violation` that it meets.
 */
export const liveOut = async (world: World): Promise<void> => {
  await calmDown(world);
  await checkHosts(world);
  const { books } = world;
  for (const environment of books.environments.values())
    await tell(world, 'UpdateComputeEnvironment', { computeEnvironment: environment.name, state: 'ENABLED' });
  for (const name of books.consumables.keys())
    await tell(world, 'UpdateConsumableResource', { consumableResource: name, ...ENOUGH });
  // what has a limit ends by that
  for (const job of new Set([...open(world).filter(waitsForever), ...tooMany(world)]))
    await terminate(world, job);
  await untilStill(world);
  for (const job of open(world)) checkStuck(world, job);
  await outwaitLimits(world);
  for (const job of open(world)) await terminate(world, job);
  await untilStill(world);
  await removeAll(world);
  await untilStill(world);
  for (const job of books.jobs.values())
    must(job.gone || isFinal(job.state), 'every job ends', () => `${job.id} is ${STATES[job.state]}`);
  world.lookThrough();
  const until = world.time.now + world.ground.slack;
  while (world.ground.left().length > 0 && world.time.now < until) await world.pass();
  checkQuiet(world.disk, world.ground, books);
  const wrong = world.ground.wrongHosts?.();
  must(wrong === undefined, 'capacity', () => `the hosts are ${wrong}`);
  if (world.swarm.keepMilliseconds === SHORT_MILLISECONDS) await outliveJobs(world);
};

/** For all that may wait: a total may have been too small for them, or spent. */
const ENOUGH = { operation: 'SET', quantity: 1_000_000 };

const SHORT_MILLISECONDS = 86_400_000;

/** Jobs that are kept for a day are gone after another, an hour and a minute's look. */
const outliveJobs = async (world: World): Promise<void> => {
  await outlive(world, SHORT_MILLISECONDS);
  checkEmpty(world.disk, world.ground);
  await outlive(world, LONGEST_DECAY_MILLISECONDS + SHORT_MILLISECONDS);
  checkUnused(world.disk);
};

const LONGEST_DECAY_MILLISECONDS = 7 * SHORT_MILLISECONDS;

const outlive = async (world: World, milliseconds: number): Promise<void> => {
  world.time.sleep(milliseconds + 3_600_000);
  const until = world.time.now + 200_000;
  while (world.time.now < until) await world.pass();
};

const calmDown = async (world: World): Promise<void> => {
  world.note('the faults stop');
  world.troubled = false;
  world.disk.faults.length = 0;
  world.server?.doors.spare();
  world.ground.calm();
  world.hosts.calm();
  await world.settle();
  while (!world.server) await world.pass();
};

/** Longer than the loops go without a look. */
const LOOKED_MILLISECONDS = 10_000;

/** Each host that stands is an instance of each UNMANAGED environment, as large as it is: nobody has to touch one for it. */
const checkHosts = async (world: World): Promise<void> => {
  const until = world.time.now + LOOKED_MILLISECONDS;
  while (world.time.now < until) await world.pass();
  const environments = world.disk.all<{ seq: number }>(
    "SELECT seq FROM environments WHERE type = 'UNMANAGED' AND status NOT IN ('DELETING', 'DELETED')",
  );
  for (const { seq } of environments) {
    for (const { id, size } of world.ground.hosts ? [] : world.hosts.now()) {
      const sizes = world.disk.all<{ milli_vcpus: number }>(
        "SELECT milli_vcpus FROM instances WHERE environment = ? AND host = ? AND type = 'host' AND state = 0",
        seq,
        id,
      );
      const isTrue = sizes.length === 1 && sizes[0]!.milli_vcpus === size.milliVcpus;
      must(isTrue, 'capacity', () => `environment ${seq} has ${JSON.stringify(sizes)} of ${id}`);
    }
  }
};

const open = (world: World): Job[] => world.books.submitted.filter((job) => !job.gone && !isFinal(job.state));

const tell = async (world: World, operation: string, input: unknown): Promise<void> => {
  world.request(world.clients.plain(operation, input));
  await world.settle();
  await world.passDue();
};

const waitsForever = ({ spec, children }: Job): boolean =>
  [spec, ...children.map((child) => child.spec)].some(
    ({ container, timeout }) => container.command[0] === 'wait' && timeout === undefined,
  );

/** Where there is room for one after the other, more than so many would take the world days, and its checker an hour. */
const MOST_LEFT = 300;

/** The youngest jobs of those that are open, but for so many with their children and nodes. */
const tooMany = (world: World): Job[] => {
  let left = 0;
  return open(world).filter((job) => {
    left += 1 + job.children.filter(({ state }) => !isFinal(state)).length;
    return left > MOST_LEFT;
  });
};

const terminate = (world: World, job: Job): Promise<void> =>
  tell(world, 'TerminateJob', { jobId: job.id, reason: 'the world ends' });

const untilStill = async (world: World): Promise<void> => {
  let serial = world.books.worked;
  let since = world.time.now;
  // a node that has turned a pod away is avoided for a minute
  const isAvoided = () => world.ground.hosts?.().some((host) => host.isAvoided) ?? false;
  const most = () => (world.books.floor.live.size > 0 ? STILL_MILLISECONDS : EMPTY_MILLISECONDS);
  for (let events = 0; world.time.now - since < most(); events++) {
    must(events < MOST_EVENTS, 'the store is quiet', () => 'it never comes to rest');
    await world.pass();
    if (events % 64 === 0) world.lookThrough();
    const { worked } = world.books;
    if (worked !== serial || isAvoided()) since = world.time.now;
    serial = worked;
  }
};

/** A job may still wait only when nothing there can take it, or when it waits for one of those. */
const checkStuck = (world: World, job: Job): void => {
  if (isFinal(job.state)) return;
  if (job.size > 0) {
    for (const child of job.children) checkStuck(world, child);
    must(
      job.children.some((child) => !isFinal(child.state)),
      'every job ends',
      () => `parent ${job.id}`,
    );
    return;
  }
  must(
    job.state === RUNNABLE || job.state === PENDING,
    'every job ends',
    () => `${job.id} is ${STATES[job.state]}`,
  );
  if (job.state === PENDING) return;
  if (job.role !== 'none') return;
  const environments = [...job.queue.order]
    .sort((a, b) => a.order - b.order)
    .map((entry) => world.books.environments.get(entry.environment) as Environment)
    .filter((environment) => environment.state === 'ENABLED' && environment.status === 'VALID');
  const asked =
    job.nodes > 0 ? environments.filter((environment) => environment.takesNodes).slice(0, 1) : environments;
  const usable = asked.filter((environment) => fits(world, environment, job));
  must(usable.length === 0, 'every job ends', () => `${job.id} waits, ${usable[0]!.name} could take it`);
};

/** What every environment's smallest type has at the least, and every pool: 2 vCPUs, 4 GiB less its own. */
const SMALLEST = { milliVcpus: 2000, memoryMiB: 3900 };

const fits = (world: World, environment: Environment, job: Job): boolean => {
  const { milliVcpus, memoryMiB, gpus } = job.nodes > 0 ? together(job) : job.spec;
  const { pool } = world.swarm.capacity;
  if (environment.max !== undefined && milliVcpus > environment.max * 1000) return false;
  const isOfPool = memoryMiB <= pool.memoryMiB && gpus <= pool.gpus;
  const isWhole = world.ground.hosts !== undefined;
  // on the machine CPU is a weight; one node of a cluster is as large as the pool
  if (isWhole && milliVcpus > pool.milliVcpus) return false;
  if (environment.kind !== 'EC2') return isOfPool;
  const isSmall = milliVcpus <= SMALLEST.milliVcpus && memoryMiB <= SMALLEST.memoryMiB && gpus === 0;
  // nodes are never cut; none is of Spot
  return isSmall && (isWhole ? isOfPool && environment.takesNodes : environment.max! >= 2);
};

/** What all nodes ask for, which one instance may hold. */
const together = (job: Job) =>
  job.children.reduce(
    (sum, { spec }) => ({
      milliVcpus: sum.milliVcpus + spec.milliVcpus,
      memoryMiB: sum.memoryMiB + spec.memoryMiB,
      gpus: sum.gpus + spec.gpus,
    }),
    { milliVcpus: 0, memoryMiB: 0, gpus: 0 },
  );

/** A job that says it waits for what its queue limits, unless nothing does. */
const overdue = async (world: World): Promise<Job[]> => {
  const waiting = open(world).filter((job) => job.state === RUNNABLE && job.queue.limits.length > 0);
  const found: Job[] = [];
  for (const job of waiting) {
    const request = world.clients.plain('DescribeJobs', { jobs: [job.id] });
    world.request(request);
    await world.settle();
    await world.passDue();
    const why: string =
      request.outcome?.kind === 'answer' ? (request.outcome.answer.jobs[0]?.statusReason ?? '') : '';
    if (job.queue.limits.some(({ reason }) => why.startsWith(`${reason} -`))) found.push(job);
  }
  return found;
};

const LONGEST_LIMIT_MILLISECONDS = 7_200_000;

/** Where nothing moves any more, the first of a queue that acts on long waits does not wait for ever. */
const outwaitLimits = async (world: World): Promise<void> => {
  // over a boot only the clock tells how long a job has waited, and that may have been set
  const before = world.time.hasRebooted() ? [] : await overdue(world);
  if (before.length === 0) return;
  const began = world.time.now;
  world.time.sleep(LONGEST_LIMIT_MILLISECONDS);
  await untilStill(world);
  // the first may be an array's child
  const ended = [...world.books.jobs.values()].filter((job) => isFinal(job.state) && job.ended > began);
  for (const { id, queue } of before)
    must(
      ended.some((job) => job.queue === queue),
      'long waits end',
      () => `${queue.name}, such as ${id}`,
    );
};

const removeAll = async (world: World): Promise<void> => {
  const { books } = world;
  for (const name of [...books.queues.keys()]) {
    await tell(world, 'UpdateJobQueue', { jobQueue: name, state: 'DISABLED' });
    await tell(world, 'DeleteJobQueue', { jobQueue: name });
  }
  await untilStill(world);
  for (const name of [...books.environments.keys()]) {
    await tell(world, 'UpdateComputeEnvironment', { computeEnvironment: name, state: 'DISABLED' });
    await tell(world, 'DeleteComputeEnvironment', { computeEnvironment: name });
  }
};
