import type { Command } from 'commander';
import { FOLDER, type Folder, printRows } from './access-lists.ts';
import type { LimitSaid } from './apply/access-file.ts';
import { whole } from './flags.ts';
import { type Own, ownOf } from './own-operations.ts';

interface Flags extends Folder {
  readonly rate?: string;
  readonly burst?: string;
  readonly jobs?: string;
}

/** Limits of one user, role or queue (rules ). */
export const addLimits = (access: Command): void => {
  access
    .command('limits')
    .description('list limits of single users, roles and queues')
    .option(...FOLDER)
    .action(async ({ data }: Folder) => {
      const rows = (await limitsNow(await ownOf(data))).map(({ name, rate, burst, jobs }) =>
        [name, rate, burst, jobs].map((one) => String(one ?? '-')),
      );
      printRows(['NAME', 'RATE', 'BURST', 'JOBS'], rows);
    });
  access
    .command('limit')
    .description(
      'give a user, role or queue limits of its own in place of those before; without any it has none',
    )
    .argument('<name>', 'a user, role/NAME or queue/NAME')
    .option('--rate <rate>', 'requests a second, such as 50/s')
    .option('--burst <requests>', 'so many at once after a rest; four times the rate when absent')
    .option('--jobs <jobs>', 'so many that have not finished, an array’s children each')
    .option(...FOLDER)
    .action(async (name: string, { data, rate, burst, jobs }: Flags) => {
      const own = await ownOf(data);
      await own('setlimits', {
        ...{ name, rate },
        ...(burst !== undefined && { burst: whole('--burst', burst, 1) }),
        ...(jobs !== undefined && { jobs: whole('--jobs', jobs, 1) }),
      });
    });
};

export const limitsNow = async (own: Own): Promise<readonly LimitSaid[]> =>
  (await own<{ readonly limits: readonly LimitSaid[] }>('listlimits', {})).limits;
