import { Refusal } from '../../domain/refusal.ts';

/* What IAM says (rules ). */

export const noEntity = (text: string): Refusal => new Refusal('NoSuchEntity', 404, text);
export const noUser = (name: string): Refusal => noEntity(`The user with name ${name} cannot be found.`);
export const noGroup = (name: string): Refusal => noEntity(`The group with name ${name} cannot be found.`);
export const noRole = (name: string): Refusal => noEntity(`The role with name ${name} cannot be found.`);
export const noProfile = (name: string): Refusal => noEntity(`Instance Profile ${name} cannot be found.`);
export const noProvider = (arn: string): Refusal =>
  noEntity(`OpenIDConnect Provider not found for arn ${arn}`);
export const noPolicy = (arn: string): Refusal => noEntity(`Policy ${arn} was not found.`);

export const exists = (what: string, name: string): Refusal =>
  new Refusal('EntityAlreadyExists', 409, `${what} with name ${name} already exists.`);

export const profileExists = (name: string): Refusal =>
  new Refusal('EntityAlreadyExists', 409, `Instance Profile ${name} already exists.`);

export const conflict = (text: string): Refusal => new Refusal('DeleteConflict', 409, text);
export const mustFirst = (text: string): Refusal => conflict(`Cannot delete entity, must ${text} first.`);

/** Never `LimitExceededException`, which SDKs try again. */
export const limit = (text: string): Refusal => new Refusal('LimitExceeded', 409, text);
export const quota = (what: string, most: number): Refusal =>
  limit(`Cannot exceed quota for ${what}: ${most}`);

export const invalid = (text: string): Refusal => new Refusal('ValidationError', 400, text);
