/**
 * Why a job is to end before its own end; `submission`: what it was submitted with lets it never run. Stored by its place in
 * the list.
 */
export const STOP_KINDS = [
  'none',
  'cancel',
  'terminate',
  'timeout',
  'queue',
  'dependency',
  'main-ended',
  'submission',
] as const;
export type StopKind = (typeof STOP_KINDS)[number];

export const stopCode = (kind: StopKind): number => STOP_KINDS.indexOf(kind);
export const stopOf = (code: number): StopKind => STOP_KINDS[code]!;

/** Whether a job's row, or its task's, has a stop of its own. */
export const isStopped = (row: { readonly stop_kind: number }): boolean => stopOf(row.stop_kind) !== 'none';

/**
 * Whether a stop asked for later takes an earlier one's place while the job still runs. A terminate replaces whatever
 * was said before, itself too (J-176): the last reason given is the one shown (J-175). A deleted queue says nothing new
 * of what ends anyway, by a terminate or its time limit (J-171, J-265).
 */
export const overrules = (later: StopKind, earlier: StopKind): boolean => {
  switch (earlier) {
    case 'none':
      return true;
    case 'cancel':
      return later !== 'cancel';
    case 'main-ended':
      return later === 'terminate' || later === 'queue';
    case 'terminate':
    case 'timeout':
    case 'queue':
      return later === 'terminate';
    case 'dependency':
    case 'submission':
      return false;
  }
};

/** The codes of the stops whose place `later` takes. */
export const overruledBy = (later: StopKind): number[] =>
  STOP_KINDS.flatMap((earlier, code) => (overrules(later, earlier) ? [code] : []));

/** Whether a stop concerns what is STARTING or RUNNING already: a cancel lets it go on (J-254). */
export const reachesTasks = (kind: StopKind): boolean => kind !== 'none' && kind !== 'cancel';

/** Rules J-171, J-172, J-174: the service's texts for stops nobody gave a reason for. */
export const TIMEOUT_REASON = 'Job attempt duration exceeded timeout';
export const DEPENDENCY_REASON = 'Dependent Job failed';
export const QUEUE_DELETED_REASON = 'JobQueue deleted';
/** Of a node that was stopped because its job's main node had ended (J-298). */
export const MAIN_ENDED_REASON = 'Main node ended';
/** Rule J-173. */
export const CHILD_FAILED_REASON = 'Array Child Job failed';
