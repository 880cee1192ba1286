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
    ...groups.flatMap(groupLines),
    ...(index === undefined ? [] : [`next:  longshore logs ${jobId}:${index}`]),
    `again: longshore rerun ${jobId} --failed`,
  ];
};

const groupLines = ({ exitCode, reason, statusReason, count, indices, example }: ArrayGroup): string[] => [
  `  ${count} × ${endingWords({ exitCode, reason, statusReason })}: ${indices}`,
  ...(example?.lastLine === undefined ? [] : [`      ${example.index}: ${example.lastLine}`]),
];
