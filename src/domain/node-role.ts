/** What a job is in a multi-node job. Stored by its place in the list. */
export const NODE_ROLES = ['none', 'main', 'other'] as const;
export type NodeRole = (typeof NODE_ROLES)[number];

export const roleCode = (role: NodeRole): number => NODE_ROLES.indexOf(role);
export const roleOf = (code: number): NodeRole => NODE_ROLES[code]!;

/** Whether a job's row is a node's. */
export const isNode = ({ role }: { readonly role: number }): boolean => roleOf(role) !== 'none';
