import type { Batch } from '@aws-sdk/client-batch';
import { endingWords } from './ending.ts';
import { type ArrayGroup, askOwn } from './own-operations.ts';

/** Which children of an array failed, by how: a line a group, what one of each printed last, and what to type next. */
export const failedLines = async (batch: Batch, jobId: string): Promise<string[]> => {
  const { groups } = await askOwn<{ groups: ArrayGroup[] }>(batch, 'getarraygroups', {
    jobId,
    states: ['FAILED'],
  });
  if (groups.length === 0) return [];
  const failed = groups.reduce((sum, { count }) => sum + count, 0);
  const index = groups[0]!.example?.index;
  return [
    `${failed} ${failed === 1 ? 'child' : 'children'} FAILED:`,
    ...groupLines(groups),
    ...(index === undefined ? [] : [`next:  longshore logs ${jobId}:${index}`]),
    `again: longshore rerun ${jobId} --failed`,
  ];
};

/** Those that are told in the same words are one: of the cancelled ones some had run and have an exit code. */
export const groupLines = (groups: readonly ArrayGroup[]): string[] => {
  const alike = new Map<string, ArrayGroup[]>();
  for (const group of groups) {
    const { exitCode, reason, statusReason } = group;
    const words = endingWords({ exitCode, reason, statusReason });
    alike.set(words, [...(alike.get(words) ?? []), group]);
  }
  return [...alike].flatMap(([words, those]) => [
    `  ${those.reduce((sum, { count }) => sum + count, 0)} × ${words}: ${indicesOf(those)}`,
    ...those
      .filter(({ example }) => example?.lastLine !== undefined)
      .slice(0, 1)
      .map(({ example }) => `      ${example!.index}: ${example!.lastLine}`),
  ]);
};

/** In order; `…` says that there are more than were told. */
const indicesOf = (groups: readonly ArrayGroup[]): string => {
  const told = groups.flatMap(({ indices }) => indices.split(','));
  const ordered = told
    .filter((range) => range !== '…')
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return [...ordered, ...(told.includes('…') ? ['…'] : [])].join(',');
};
