import { Refusal } from '../../domain/refusal.ts';
import type { PolicyKind, Verdict } from './evaluate.ts';

/** What is refused to whom. */
export interface Refused {
  /** The caller's ARN; of a session the assumed-role form. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly verdict: Exclude<Verdict, { kind: 'allow' }>;
}

const NO_ALLOW: Readonly<Record<PolicyKind, string>> = {
  identity: 'no identity-based policy',
  boundary: 'no permissions boundary',
  session: 'no session policy',
  trust: 'no role trust policy',
};

const DENIED: Readonly<Record<PolicyKind, string>> = {
  identity: 'an identity-based policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  trust: 'the role trust policy',
};

/** Rules A-180 to A-182: one reason; a managed policy that denies is named. */
export const refusalText = ({ caller, action, resource, verdict }: Refused): string =>
  `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${reason(action, verdict)}`;

const reason = (action: string, verdict: Refused['verdict']): string => {
  if (verdict.kind === 'implicitDeny')
    return `because ${NO_ALLOW[verdict.lacking]} allows the ${action} action`;
  const { arn } = verdict.by.policy;
  return `with an explicit deny in ${DENIED[verdict.in]}${arn === undefined ? '' : `: ${arn}`}`;
};

/** What each service calls it (rule A-183). */
const CODES = {
  batch: ['AccessDeniedException', 403],
  longshore: ['AccessDeniedException', 403],
  logs: ['AccessDeniedException', 400],
  ecs: ['AccessDeniedException', 400],
  sts: ['AccessDenied', 403],
  iam: ['AccessDenied', 403],
  ec2: ['UnauthorizedOperation', 403],
} as const;

/** The refusal that a client of `service` gets. */
export const accessDenied = (service: keyof typeof CODES, refused: Refused): Refusal => {
  const [type, status] = CODES[service];
  const text = refusalText(refused);
  return new Refusal(
    type,
    status,
    service === 'ec2' ? `You are not authorized to perform this operation. ${text}` : text,
  );
};
