import { type Refusal, refuseWrapped } from '../refusal.ts';
import { isDnsLabel } from './dns-label.ts';
import type { PodMetadata } from './pod.ts';

/** What labels, annotations and the namespace of a pod must be (T-357, T-358). */
export const checkMetadata = ({ labels, annotations, namespace }: PodMetadata = {}): Refusal | undefined =>
  checkPairs('label', labels) ??
  checkPairs('annotation', annotations) ??
  (namespace === undefined ? undefined : checkNamespace(namespace, '.'));

const LONGEST = { label: 63, annotation: 255 } as const;

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const checkPairs = (
  what: 'label' | 'annotation',
  pairs: Readonly<Record<string, string>> = {},
): Refusal | undefined => {
  for (const [key, value] of Object.entries(pairs)) {
    const wrong = checkKey(`pod ${what} key`, key);
    if (wrong) return wrong;
    if (value.length > LONGEST[what])
      return refuseWrapped(
        `The value of the pod ${what} ${key} must have up to ${LONGEST[what]} characters.`,
      );
    if (what === 'label' && value !== '' && !NAME.test(value))
      return refuseWrapped(`The value of the pod label ${key} does not match a valid pattern.`);
  }
  return undefined;
};

const RESERVED = ['kubernetes.io', 'k8s.io', 'batch.amazonaws.com'];

const checkKey = (what: string, key: string): Refusal | undefined => {
  const at = key.indexOf('/');
  const [prefix, name] = at < 0 ? [undefined, key] : [key.slice(0, at), key.slice(at + 1)];
  if (!NAME.test(name) || (prefix !== undefined && (prefix.length > 253 || !DOMAIN.test(prefix))))
    return refuseWrapped(`The name ${key} of the ${what} does not match a valid pattern.`);
  return RESERVED.some((domain) => prefix === domain || prefix?.endsWith(`.${domain}`))
    ? refuseWrapped(
        `The prefix ${prefix} of the ${what} cannot contain terms from the Kubernetes reserved namespaces.`,
      )
    : undefined;
};

/** Rules T-358, E-046. `stop`: how a sentence ends, which differs from one operation to another. */
export const checkNamespace = (namespace: string, stop: '' | '.'): Refusal | undefined => {
  if (namespace.length > 63)
    return refuseWrapped(`kubernetesNamespace must less than or equal to 63 characters${stop}`);
  if (!isDnsLabel(namespace))
    return refuseWrapped('kubernetesNamespace must be a valid Kubernetes namespace.');
  if (namespace === 'default')
    return refuseWrapped(`kubernetesNamespace cannot be the default Kubernetes namespace${stop}`);
  return namespace.startsWith('kube-')
    ? refuseWrapped(`kubernetesNamespace cannot be a reserved Kubernetes system namespace${stop}`)
    : undefined;
};
