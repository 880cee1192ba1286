/**
 * The one instance that an environment has: the machine itself. Its ids are made from the environment's, so
 * that they stay the same (rule E-167: 32 hex digits, and `i-` with 17).
 */
export const environmentPlace = (environmentUuid: string): { instance: string; ec2: string } => {
  const hex = environmentUuid.replaceAll('-', '');
  return { instance: hex, ec2: `i-0${hex.slice(0, 16)}` };
};

/** Rule J-168. */
export const hostTerminated = (ec2: string): string => `Host EC2 (instance ${ec2}) terminated.`;
