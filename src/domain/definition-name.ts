import { type Account, nameFrom } from './arn.ts';

/** A definition as requests name it: `name`, `name:revision`, or an ARN of either. */
export interface DefinitionName {
  readonly name: string;
  readonly revision?: number;
}

/** Undefined for what names no definition of this account and region. */
export const parseDefinitionName = (account: Account, given: string): DefinitionName | undefined => {
  const form = /^([A-Za-z0-9_-]+)(?::([1-9]\d{0,14}))?$/.exec(
    nameFrom(account, 'job-definition', given) ?? '',
  );
  if (!form) return undefined;
  return form[2] === undefined ? { name: form[1]! } : { name: form[1]!, revision: Number(form[2]) };
};
