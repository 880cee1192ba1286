import type { JobSpec } from '../domain/job-spec.ts';
import { CommittedCache } from '../store/committed-cache.ts';
import { specText } from '../store/spec-rows.ts';
import type { Tx } from '../store/store.ts';

/** What jobs are, by the ids of their specs' rows: these never change. */
export class Specs {
  private readonly known = new CommittedCache<number, JobSpec>(1000, 4_000_000);

  async of(tx: Tx, id: number): Promise<JobSpec> {
    const known = this.known.get(tx, id);
    if (known) return known;
    const text = await specText(tx, id);
    const spec = JSON.parse(text) as JobSpec;
    this.known.set(tx, id, spec, text.length);
    return spec;
  }
}
