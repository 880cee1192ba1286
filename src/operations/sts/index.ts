export { assumeRole } from './assume-role.ts';
export { getAccessKeyInfo, getCallerIdentity, getSessionToken } from './own-session.ts';
export { assumeRoleWithWebIdentity } from './web-identity.ts';
