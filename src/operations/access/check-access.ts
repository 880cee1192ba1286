import { inputNamed, type Named, operationOf } from '../../auth/questions/input-named.ts';
import { asks } from '../../auth/questions/question.ts';
import { arnOf } from '../../auth/questions/resources.ts';
import { refuse } from '../../domain/refusal.ts';
import { roleArn } from '../../domain/roles.ts';
import type { Operation, Service } from '../../service/service.ts';
import { policyNamed } from '../../store/access/policies.ts';
import { type Authorising, askedBy } from './authorise.ts';
import { regionAsked } from './contexts.ts';
import { type Asker, type Said, saidOfTrust, saidTo } from './deciding.ts';
import { rootArn } from './names.ts';
import { subjectNamed } from './subject.ts';

export interface CheckInput {
  /** A user's name, `role/NAME`, or the ARN of either; `root`. */
  readonly name: string;
  /** `batch:SubmitJob`. */
  readonly action: string;
  /** An ARN, `*`, or the name of what the action is about first. */
  readonly resource: string;
  /** Of SubmitJob, beside the queue. */
  readonly definition?: string;
}

/**
 * Whether a request by a user or a role would be allowed, and the statements that decide (rule A-231): the same questions with the same
 * facts as of the request itself, now and from this machine, where it says nothing but what it is about. `answers` has one for each
 * question, and ends with the first that is answered with no; `notAsked` is the member without which a question is left out.
 */
export const checkAccess: Operation<CheckInput> = async (service, input) => {
  const { name, action, resource } = input;
  if (!/^[\w-]+:\w+$/.test(action)) return refuse(`action must be such as batch:SubmitJob, got ${action}`);
  const subject = await service.store.read((tx) => subjectNamed(service, tx, name));
  const root = rootArn(service.account);
  if (!subject && (name === 'root' || name === root))
    return told(root, [{ action, resource, decision: 'allow', reason: 'root may do everything' }]);
  if (!subject?.principal) return refuse(`there is no user ${name}`);
  const asker = { principal: subject.principal, sources: subject.held.sources };
  const named = operationOf(action);
  const answers = named
    ? await ofOperation(service, asker, named, input)
    : await ofAction(service, asker, action, resource);
  return { ...told(subject.arn, answers), ...(isQueueAlone(named, input) && { notAsked: 'jobDefinition' }) };
};

const told = (principal: string, answers: readonly Said[]) => ({
  principal,
  // who is asked nothing may
  decision: answers.at(-1)?.decision ?? 'allow',
  answers,
});

const isQueueAlone = (named: Named | undefined, { definition }: CheckInput): boolean =>
  named?.operation === 'SubmitJob' && definition === undefined;

const requestOf = ({ account }: Service, service: string, operation: string, input: object): Authorising => ({
  service: service as Authorising['service'],
  operation,
  input: () => input,
  sourceIp: '127.0.0.1',
  region: regionAsked(service, account.region),
});

const ofOperation = async (
  service: Service,
  asker: Asker,
  named: Named,
  given: CheckInput,
): Promise<Said[]> => {
  const { definition: jobDefinition } = given;
  const input = {
    ...inputNamed(service.account, named, await wholeName(service, named, given.resource)),
    ...(jobDefinition !== undefined && named.operation === 'SubmitJob' && { jobDefinition }),
  };
  const request = requestOf(service, named.service, named.operation, input);
  const { wanted } = await askedBy(service, asker.principal, request);
  switch (wanted.kind) {
    case 'all':
    case 'each': {
      const asked = isQueueAlone(named, given) ? wanted.questions.slice(0, 1) : wanted.questions;
      return saidTo(service, asker, request, asked);
    }
    case 'found':
      return saidTo(service, asker, request, [
        asks(wanted.action, [arnOf(service.account, 'job', given.resource)]),
      ]);
    case 'trust':
      return saidOfTrust(service, asker, request, wanted);
    case 'too long':
    case 'unknown':
      throw new Error(`${named.service}:${named.operation} of one thing is not asked about`);
  }
};

/** One that no operation has the name of, such as `iam:PassRole`, is asked about the thing itself. */
const ofAction = (service: Service, asker: Asker, action: string, resource: string): Promise<Said[]> => {
  const [of = ''] = action.toLowerCase().split(':');
  const about = action.toLowerCase() === 'iam:passrole' ? roleArn(service.account, resource) : resource;
  return saidTo(service, asker, requestOf(service, of, '', {}), [asks(action, [about])]);
};

/** Policies are named by their ARNs, in which their path is. */
const wholeName = async (service: Service, { operation }: Named, given: string): Promise<string> => {
  if (!/Polic(y|yVersion|yVersions|yTags)$/.test(operation) || given.startsWith('arn:')) return given;
  const policy = await service.store.read((tx) => policyNamed(tx, given.replace(/^policy\//, '')));
  return policy?.arn ?? given;
};
