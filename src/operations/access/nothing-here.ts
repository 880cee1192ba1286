import { type Input, textOf } from '../../domain/access-input.ts';
import type { Operation } from '../../service/service.ts';
import { noEntity } from './refusals.ts';

/* What clients ask on their way, of things that are not here (rule A-026). */

const none =
  (member: string): Operation<Input> =>
  async () => ({ [member]: [], IsTruncated: false });

export const listMFADevices = none('MFADevices');
export const listVirtualMFADevices = none('VirtualMFADevices');
export const listSSHPublicKeys = none('SSHPublicKeys');
export const listSigningCertificates = none('Certificates');
export const listServiceSpecificCredentials: Operation<Input> = async () => ({
  ServiceSpecificCredentials: [],
});

/** Nobody has a password. */
const noLogin: Operation<Input> = async (_, input) =>
  noEntity(`Login Profile for User ${textOf(input, 'UserName') ?? ''} cannot be found.`);
export const getLoginProfile = noLogin;
export const deleteLoginProfile = noLogin;
