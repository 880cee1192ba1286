import { parseJobId } from '../domain/job-id.ts';
import { childSeq } from '../domain/job-seq.ts';
import { stateOf } from '../domain/job-state.ts';
import { PAIRWISE, SEQUENTIAL, WHOLE } from './dependencies.ts';
import { findJob } from './job-rows.ts';
import { jobRow, partsOf } from './rerun-rows.ts';
import type { JobRow } from './schema.ts';
import type { Tx } from './store.ts';

interface DependsOn {
  readonly jobId?: string;
  readonly type?: string;
}

/** One that a job waits for, and the edge that says so: from `owner`, the array that `seq` is of or the job itself. */
export interface Awaited {
  readonly kind: typeof WHOLE | typeof PAIRWISE | typeof SEQUENTIAL;
  readonly owner: number;
  readonly seq: number;
}

/** What `dependsOn` of a job or an array names; `size` of an array. Undefined: it is not kept any more. */
type Named = { readonly sequential: true } | { readonly pairwise: boolean; readonly seq: number } | undefined;

/** What jobs wait for, whatever became of it, and the rows of these, each read once for one request. */
export class AwaitedJobs {
  private readonly tx: Tx;
  private readonly rows = new Map<number, JobRow | undefined>();
  private readonly named = new Map<number, readonly Named[]>();

  constructor(tx: Tx) {
    this.tx = tx;
  }

  async row(seq: number): Promise<JobRow | undefined> {
    if (!this.rows.has(seq)) this.rows.set(seq, await jobRow(this.tx, seq));
    return this.rows.get(seq);
  }

  /** All children of an array. */
  async children({ seq, size }: Pick<JobRow, 'seq' | 'size'>): Promise<JobRow[]> {
    const children = await partsOf(this.tx, seq, size);
    for (const child of children) this.rows.set(child.seq, child);
    return children;
  }

  /**
   * All that a plain job or a child waits for, whatever became of it; undefined among them is one that is not kept. Of a paired
   * array that is its twin, of its own the child before it. What is named twice in one way counts once.
   */
  async awaited(job: JobRow): Promise<readonly (Awaited | undefined)[]> {
    const own = job.parent > 0 ? (await this.row(job.parent))! : job;
    const found = new Map<string, Awaited | undefined>();
    for (const [at, name] of (await this.namesOf(own)).entries()) {
      if (!name) found.set(`gone ${at}`, undefined);
      else if ('sequential' in name) {
        if (job.idx > 0) found.set('before', { kind: SEQUENTIAL, owner: own.seq, seq: job.seq - 1 });
      } else if (name.pairwise && job.idx >= 0) {
        const seq = childSeq(name.seq, job.idx);
        found.set(`twin ${seq}`, { kind: PAIRWISE, owner: name.seq, seq });
      } else found.set(`whole ${name.seq}`, { kind: WHOLE, owner: name.seq, seq: name.seq });
    }
    return [...found.values()];
  }

  /** Whether all that a job depends on has SUCCEEDED. One that has had an attempt had it all then. */
  async hasAllItWaitsFor(job: JobRow): Promise<boolean> {
    if (job.attempt > 0) return true;
    for (const target of await this.awaited(job))
      if (!target || !(await this.hasSucceeded(target.seq))) return false;
    return true;
  }

  async hasSucceeded(seq: number): Promise<boolean> {
    const row = await this.row(seq);
    return row !== undefined && stateOf(row.state) === 'SUCCEEDED';
  }

  private async namesOf(own: JobRow): Promise<readonly Named[]> {
    const known = this.named.get(own.seq);
    if (known) return known;
    const names = [];
    for (const dependency of JSON.parse(own.depends_on ?? '[]') as DependsOn[])
      names.push(await this.read(dependency));
    this.named.set(own.seq, names);
    return names;
  }

  private async read({ jobId, type }: DependsOn): Promise<Named> {
    if (!jobId) return { sequential: true };
    const id = parseJobId(jobId);
    const target = id && (await findJob(this.tx, id));
    return target && { pairwise: type === 'N_TO_N' && target.size > 0, seq: target.seq };
  }
}
