import type { Verdict } from '../../auth/policy/evaluate.ts';
import { refusalText } from '../../auth/policy/words.ts';
import { verdictOn } from '../../auth/questions/answer.ts';
import type { Asks, Question } from '../../auth/questions/question.ts';
import type { Principal } from '../../service/principal.ts';
import type { Read } from '../../service/rights.ts';
import type { Service } from '../../service/service.ts';
import { type Authorising, applicantOf } from './authorise.ts';
import { contextsFor } from './request-context.ts';
import { notTrusted, trustingRole, trustVerdict } from './trusted-role.ts';

/** What policies say to one of the questions that a request asks: the statement that decides, or the reason. */
export interface Said {
  readonly action: string;
  readonly resource: string;
  readonly decision: Verdict['kind'];
  /** Its ARN, or its name and whose it is. */
  readonly policy?: string;
  readonly statement?: unknown;
  readonly reason?: string;
}

/** Who would ask, and where its policies come from. */
export interface Asker {
  readonly principal: Principal;
  readonly sources: readonly Pick<Read, 'policy' | 'id' | 'type' | 'text' | 'arn'>[];
}

/** One for each question that must be allowed or is denied, up to the first that is answered with no. */
export const saidTo = async (
  service: Service,
  asker: Asker,
  request: Authorising,
  questions: readonly Question[],
): Promise<Said[]> => {
  const { principal } = asker;
  const contexts = await contextsFor(service, principal, request, questions);
  const all: Said[] = [];
  for (const question of questions) {
    const verdict = verdictOn(principal.rights, question, contexts);
    if (question.needs === 'no deny' && verdict.kind !== 'explicitDeny') continue;
    all.push(saidBy(asker, question.action, question.resources[0], verdict));
    if (verdict.kind !== 'allow') break;
  }
  return all;
};

/** The same of who asks for a role: its trust policy says, and the caller's own where that leaves it to them. */
export const saidOfTrust = async (
  service: Service,
  { principal, sources }: Asker,
  request: Authorising,
  { role: arn = '*', questions }: Extract<Asks, { kind: 'trust' }>,
): Promise<Said[]> => {
  const role = await trustingRole(service, arn);
  const [{ action }] = questions as [Question];
  if (!role) {
    const reason = `${notTrusted(principal.arn, action, arn).message}: there is no such role`;
    return [{ action, resource: arn, decision: 'implicitDeny', reason }];
  }
  const trust = { policy: role.trust, id: 'the trust policy', type: 'role', text: role.text } as const;
  const applicant = applicantOf(service, principal, request);
  const all = questions.map((question) => {
    const verdict = trustVerdict(role, question, applicant);
    return saidBy({ principal, sources: [...sources, trust] }, question.action, arn, verdict);
  });
  const refused = all.findIndex(({ decision }) => decision !== 'allow');
  return refused < 0 ? all : all.slice(0, refused + 1);
};

const saidBy = ({ principal, sources }: Asker, action: string, resource: string, verdict: Verdict): Said => {
  const told = { action, resource, decision: verdict.kind };
  if (verdict.kind === 'implicitDeny')
    return { ...told, reason: refusalText({ caller: principal.arn, action, resource, verdict }) };
  const { policy, rule } = verdict.by;
  const source = sources.find((one) => one.policy === policy)!;
  const { Statement } = JSON.parse(source.text) as { Statement: unknown };
  return {
    ...told,
    policy: source.arn ?? `${source.id} of the ${source.type}`,
    statement: [Statement].flat()[rule.index],
  };
};
