import type { Batch } from '@aws-sdk/client-batch';
import { endingWords } from './ending.ts';
import { type ArrayGroup, askOwn } from './own-operations.ts';

/** How children of an array failed, the largest group first. */
export const failedGroups = async (batch: Batch, jobId: string): Promise<readonly ArrayGroup[]> => {
  const input = { jobId, states: ['FAILED'] };
  return (await askOwn<{ groups: ArrayGroup[] }>(batch, 'getarraygroups', input)).groups;
};

/** Which children failed, by how: a line a group, what one of each printed last, and what to type next. */
export const failedLines = (jobId: string, groups: readonly ArrayGroup[]): string[] => {
  if (groups.length === 0) return [];
  const failed = sum(groups);
  const index = groups[0]!.example?.index;
  return [
    `${failed} ${failed === 1 ? 'child' : 'children'} FAILED:`,
    ...groupLines(groups),
    ...(index === undefined ? [] : [`next:  longshore logs ${jobId}:${index}`]),
    `again: longshore rerun ${jobId} --failed`,
  ];
};

/** `197 succeeded, 3 failed (2 with exit code 3, 1 with exit code 7)`; `without an exit code`: it never ran. */
export const endedCounts = (size: number, groups: readonly ArrayGroup[]): string => {
  const failed = sum(groups);
  const byCode = new Map<string, number>();
  for (const { exitCode, count } of groups) {
    const words = exitCode === undefined ? 'without an exit code' : `with exit code ${exitCode}`;
    byCode.set(words, (byCode.get(words) ?? 0) + count);
  }
  const codes = [...byCode].sort(([, a], [, b]) => b - a).map(([words, count]) => `${count} ${words}`);
  return `${size - failed} succeeded, ${failed} failed${failed === 0 ? '' : ` (${codes.join(', ')})`}`;
};

const sum = (groups: readonly ArrayGroup[]): number => groups.reduce((all, { count }) => all + count, 0);

/** Those that are told in the same words are one: of the cancelled ones some had run and have an exit code. */
export const groupLines = (groups: readonly ArrayGroup[]): string[] => {
  const alike = new Map<string, ArrayGroup[]>();
  for (const group of groups) {
    const { exitCode, reason, statusReason } = group;
    const words = endingWords({ exitCode, reason, statusReason });
    alike.set(words, [...(alike.get(words) ?? []), group]);
  }
  return [...alike].flatMap(([words, those]) => [
    `  ${sum(those)} × ${words}: ${indicesOf(those)}`,
    ...those
      .filter(({ example }) => example?.lastLine !== undefined)
      .slice(0, 1)
      .map(({ example }) => `      ${example!.index}: ${example!.lastLine}`),
  ]);
};

/** In order, those that follow one another as one range; `…` says that there are more than were told. */
const indicesOf = (groups: readonly ArrayGroup[]): string => {
  const told = groups.flatMap(({ indices }) => indices.split(','));
  const ordered = told
    .filter((range) => range !== '…')
    .map((range) => range.split('-').map(Number))
    .map(([from = 0, to = from]) => ({ from, to }))
    .sort((a, b) => a.from - b.from);
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of ordered) {
    const last = joined.at(-1);
    if (last?.to === from - 1) last.to = to;
    else joined.push({ from, to });
  }
  const words = joined.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
  return [...words, ...(told.includes('…') ? ['…'] : [])].join(',');
};
