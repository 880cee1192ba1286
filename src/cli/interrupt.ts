import { createInterface, type Interface } from 'node:readline';
import type { Batch } from '@aws-sdk/client-batch';

/** Ctrl-C asks once, then terminates the job; a second one does not ask. The result stops listening. */
export const onInterrupt = (batch: Batch, jobId: string): (() => void) => {
  const terminate = () => {
    batch.terminateJob({ jobId, reason: 'interrupted by its owner' }).catch((error: Error) => {
      process.stderr.write(`longshore: ${jobId} was not terminated: ${error.message}\n`);
    });
  };
  let question: Interface | undefined;
  const close = () => {
    question?.close();
    question = undefined;
  };
  const handler = () => {
    const asked = question !== undefined;
    close();
    if (asked || !process.stdin.isTTY) return terminate();
    question = createInterface({ input: process.stdin, output: process.stderr });
    question.on('SIGINT', handler);
    question.question(`\nterminate job ${jobId}? [y/N] `, (answer) => {
      close();
      if (/^y/i.test(answer)) terminate();
    });
  };
  process.on('SIGINT', handler);
  return () => {
    process.off('SIGINT', handler);
    close();
  };
};
