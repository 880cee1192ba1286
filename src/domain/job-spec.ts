import type { ContainerSpec } from './container.ts';
import type { NodesSpec } from './node-groups.ts';
import type { ConsumableAsk } from './tokens.ts';

export interface RetryStrategy {
  readonly attempts: number;
  readonly evaluateOnExit: readonly ExitRule[];
}

export interface ExitRule {
  readonly action: string;
  readonly onStatusReason?: string;
  readonly onReason?: string;
  readonly onExitCode?: string;
}

/**
 * Everything about a job that does not change and that many jobs may share: what SubmitJob made of the
 * definition, the overrides and the parameters. Stored as JSON in `specs`.
 */
export interface JobSpec {
  /** Full ARN with revision (J-073). */
  readonly jobDefinition: string;
  readonly definitionName: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Of a multi-node job: its main node's. */
  readonly container: ContainerSpec;
  /** Of a multi-node job. */
  readonly nodes?: NodesSpec;
  /** Of a multi-node job: what it asks for once, beside what its nodes do. */
  readonly consumables?: readonly ConsumableAsk[];
  readonly retryStrategy: RetryStrategy;
  readonly timeout?: { readonly attemptDurationSeconds?: number };
  readonly propagateTags: boolean;
  /** As the definition has them. */
  readonly platformCapabilities?: readonly string[];
  readonly schedulingPriority?: number;
}
