export * from './access-tags.ts';
export * from './attachments.ts';
export { deleteUserPermissionsBoundary, putUserPermissionsBoundary } from './boundaries.ts';
export {
  addUserToGroup,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  listGroupsForUser,
  removeUserFromGroup,
  updateGroup,
} from './groups.ts';
export {
  deleteGroupPolicy,
  deleteUserPolicy,
  getGroupPolicy,
  getUserPolicy,
  listGroupPolicies,
  listUserPolicies,
  putGroupPolicy,
  putUserPolicy,
} from './inline-policies.ts';
export {
  createAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  listAccessKeys,
  updateAccessKey,
} from './keys.ts';
export {
  createPolicy,
  deletePolicy,
  getPolicy,
  listEntitiesForPolicy,
  listPolicies,
} from './managed-policies.ts';
export * from './nothing-here.ts';
export {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './policy-versions.ts';
export { createUser, deleteUser, getUser, listUsers, updateUser } from './users.ts';
