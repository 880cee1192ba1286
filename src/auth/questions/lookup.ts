import { parseDefinitionName } from '../../domain/definition-name.ts';
import { limitedIn } from '../../domain/own-limits.ts';
import { iamEntity } from './iam-table.ts';
import { memberAt, textAt } from './members.ts';
import type { Asking } from './question.ts';

/** What the store has to be asked before a request's questions are known. */
export type Lookup =
  | { readonly kind: 'nothing' }
  /** The newest active revision. */
  | { readonly kind: 'active revision'; readonly name: string }
  | { readonly kind: 'next revision'; readonly name: string }
  /** What the environment was given, and the role in the instance profile that the request names. */
  | { readonly kind: 'roles'; readonly environment: string; readonly profile: string | undefined }
  | { readonly kind: 'tag keys'; readonly arn: string }
  | { readonly kind: 'reruns'; readonly input: unknown }
  /** What IAM has under a name: its ARN and boundary; without a name the caller's. `role`: another one that is named beside it. */
  | {
      readonly kind: 'entity';
      readonly entity: 'user' | 'group' | 'role' | 'instance-profile';
      readonly name: string | undefined;
      readonly role?: string;
    };

const NOTHING: Lookup = { kind: 'nothing' };

/** See `Found`. */
export const lookupOf = ({ service, operation, input, account }: Omit<Asking, 'found'>): Lookup => {
  if (service === 'iam') {
    const named = iamEntity(operation, input);
    return named ? { kind: 'entity', ...named } : NOTHING;
  }
  const text = (member: string) => textAt(input, member) ?? '';
  switch (`${service}:${operation}`) {
    case 'batch:SubmitJob':
    case 'batch:DeregisterJobDefinition': {
      const named = parseDefinitionName(account, text('jobDefinition'));
      return named && named.revision === undefined ? { kind: 'active revision', name: named.name } : NOTHING;
    }
    case 'batch:RegisterJobDefinition':
      return { kind: 'next revision', name: text('jobDefinitionName') };
    case 'batch:CreateComputeEnvironment':
    case 'batch:UpdateComputeEnvironment': {
      const profile = textAt(memberAt(input, 'computeResources'), 'instanceRole');
      return { kind: 'roles', environment: text('computeEnvironment'), profile };
    }
    case 'batch:TagResource':
      return { kind: 'tag keys', arn: text('resourceArn') };
    case 'longshore:SetLimits': {
      const { kind, name } = limitedIn(text('name'));
      return kind === 'queue' ? NOTHING : { kind: 'entity', entity: kind, name };
    }
    case 'longshore:RetryJobs':
      return { kind: 'reruns', input };
    default:
      return NOTHING;
  }
};
