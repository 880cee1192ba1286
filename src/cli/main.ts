import { Command, CommanderError } from 'commander';
import { accessCommand } from './access.ts';
import { auditCommand } from './audit.ts';
import { backupCommand } from './backup.ts';
import { cancelCommand } from './cancel.ts';
import { demoCommand } from './demo.ts';
import { envCommand } from './env.ts';
import { RUN_FAILED } from './exit-codes.ts';
import { explainCommand } from './explain.ts';
import { failure } from './failure.ts';
import { jobsCommand } from './jobs.ts';
import { logsCommand } from './logs.ts';
import { rerunCommand } from './rerun.ts';
import { restoreCommand } from './restore.ts';
import { runCommand } from './run.ts';
import { serveCommand } from './serve.ts';
import { statusCommand } from './status.ts';
import { version } from './version.ts';
import { waitCommand } from './wait.ts';

/**
 * Runs one command line; resolves to the exit code: 2 for what the person did wrong, in one line, 1 for another fault. `run`
 * has a code of its own for both, which is not taken for its job's.
 */
export const main = async (args: readonly string[]): Promise<number> => {
  let code = 0;
  const exit = (value: number) => {
    code = value;
  };
  const program = new Command('longshore')
    .description('A batch computing service of your own that speaks the AWS Batch API')
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text, args)) })
    .showHelpAfterError(false);
  for (const add of [
    serveCommand,
    envCommand,
    runCommand,
    logsCommand,
    jobsCommand,
    explainCommand,
    cancelCommand,
    waitCommand,
    rerunCommand,
    statusCommand,
    demoCommand,
    accessCommand,
    auditCommand,
    backupCommand,
    restoreCommand,
  ]) {
    add(program, exit);
  }
  // a reader that has seen enough, such as head, is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    const failed = error instanceof CommanderError ? codeOf(error) : failure(error);
    return failed !== 0 && args[0] === 'run' ? RUN_FAILED : failed;
  }
};

/** Commander has said it already. */
const codeOf = ({ exitCode }: CommanderError): number => (exitCode === 0 ? 0 : 2);

/** What commander says of a wrong flag, its suggestion included, and where the right ones are told. */
const oneLine = (text: string, [command = '']: readonly string[]): string => {
  const said = text
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  const help =
    /^[a-z]+$/.test(command) && !said.startsWith('unknown command') ? `${command} --help` : '--help';
  return `longshore: ${said}: see longshore ${help}\n`;
};
