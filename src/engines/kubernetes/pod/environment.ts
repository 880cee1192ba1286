import { MAIN_ADDRESS_VARIABLE } from '../../../domain/job-variables.ts';
import type { StartOrder } from '../../engine.ts';
import type { PodParts } from './settings.ts';

/** Where `longshore run` wants its command to start; a definition has no member for it. */
const WORKDIR = 'LONGSHORE_WORKDIR';

export const workdirOf = ({ container }: StartOrder): string | undefined =>
  container.environment.find(({ name }) => name === WORKDIR)?.value || undefined;

/** Kubernetes makes `$$` into `$` and puts variables in the place of `$(NAME)`: so written, a text arrives as it was (K-106). */
export const literal = (text: string): string => text.replaceAll('$', '$$$$');

/** In which Secret a variable's value is. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

export type EnvVar =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFrom: { readonly secretKeyRef: SecretKey } };

/** The service's own, which win over all others. */
export const serviceVariables = (
  { jobVariables }: Pick<StartOrder, 'jobVariables'>,
  { mainAddress }: PodParts,
): readonly { readonly name: string; readonly value: string }[] => {
  const all = { ...jobVariables, ...(mainAddress !== undefined && { [MAIN_ADDRESS_VARIABLE]: mainAddress }) };
  return Object.entries(all).map(([name, value]) => ({ name, value: literal(value) }));
};

/** Rule K-107: the container's, secrets above, the service's above all; each variable once. */
export const environmentOf = (
  order: StartOrder,
  secrets: ReadonlyMap<string, SecretKey>,
  parts: PodParts,
): EnvVar[] => {
  const variables = new Map<string, EnvVar>();
  const put = (name: string, value: string) => variables.set(name, { name, value: literal(value) });
  for (const { name = '', value = '' } of order.container.environment) if (name !== WORKDIR) put(name, value);
  for (const [name, secretKeyRef] of secrets) variables.set(name, { name, valueFrom: { secretKeyRef } });
  for (const variable of serviceVariables(order, parts)) variables.set(variable.name, variable);
  return [...variables.values()];
};
