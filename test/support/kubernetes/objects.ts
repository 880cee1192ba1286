/* Objects as an API server has them: what the tests' server reads of them. */

export interface FakeObject {
  kind: string;
  apiVersion: string;
  metadata: Metadata;
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
}

export interface Metadata {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  finalizers: string[];
}

/** Whole seconds, as an API server's. */
export const stampOf = (wall: number): string => new Date(wall).toISOString().replace(/\.\d+Z$/, 'Z');

/** The body of a refusal. */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: Record<string, unknown>;
}

export const statusBody = ({ code, reason, message, details }: Refusal): Record<string, unknown> => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  ...(details && { details }),
  code,
});

export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(code: number, reason: string, message: string, details?: Record<string, unknown>) {
    super(message);
    this.refusal = { code, reason, message, ...(details && { details }) };
  }
}

export interface FakeContainer {
  readonly name: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
}

export const containerOf = (spec: FakeObject['spec']): FakeContainer =>
  (spec.containers as [FakeContainer])[0];
