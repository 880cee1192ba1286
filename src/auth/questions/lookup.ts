import { parseDefinitionName } from '../../domain/definition-name.ts';
import { iamEntity } from './iam-table.ts';
import { textAt } from './members.ts';
import type { Asking } from './question.ts';

/** What the store has to be asked before a request's questions are known. */
export type Lookup =
  | { readonly kind: 'nothing' }
  /** The newest active revision. */
  | { readonly kind: 'active revision'; readonly name: string }
  | { readonly kind: 'next revision'; readonly name: string }
  /** What the environment was given. */
  | { readonly kind: 'roles'; readonly environment: string }
  | { readonly kind: 'reruns'; readonly jobId: string }
  /** A user's or group's ARN and boundary; without a name the caller's. */
  | { readonly kind: 'entity'; readonly entity: 'user' | 'group'; readonly name: string | undefined };

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
    case 'batch:UpdateComputeEnvironment':
      return { kind: 'roles', environment: text('computeEnvironment') };
    case 'longshore:RetryJobs':
      return { kind: 'reruns', jobId: text('jobId') };
    default:
      return NOTHING;
  }
};
