import type { Command } from 'commander';
import { addApply } from './access-apply.ts';
import { addChecks } from './access-check.ts';
import { addKeys } from './access-keys.ts';
import { addLimits } from './access-limits.ts';
import { addLists } from './access-lists.ts';
import { addRotation } from './access-root.ts';

/** Users, groups, keys, policies and roles, over IAM's own operations. */
export const accessCommand = (program: Command, exit: (code: number) => void): void => {
  const access = program.command('access').description('say who may do what, and check it');
  addKeys(access);
  addLists(access);
  addChecks(access, exit);
  addLimits(access);
  addApply(access, exit);
  addRotation(access);
};
