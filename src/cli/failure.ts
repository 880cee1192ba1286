import { UsageError } from '../main/config.ts';
import { isUnanswered } from './patience.ts';

const whereOf = (error: unknown): string => {
  const { address, port } = error as { address?: string; port?: number };
  return address === undefined ? 'there' : `on ${address}:${port}`;
};

/** Of what a service answered the sentence alone: its class says nothing more to a person. */
const sentenceOf = (error: Error): string => {
  const { name, message } = error;
  return message !== '' && (name === 'Error' || '$fault' in error) ? message : `${name}: ${message}`;
};

/** Says in one line on stderr what went wrong; returns the exit code: 2 for what the person did wrong, else 1. */
export const failure = (error: unknown): number => {
  if (error instanceof UsageError) {
    console.error(`longshore: ${error.message}`);
    return 2;
  }
  console.error(
    isUnanswered(error)
      ? `longshore: nothing listens ${whereOf(error)}: is \`longshore serve\` running?`
      : `longshore: ${sentenceOf(error as Error)}`,
  );
  return 1;
};
