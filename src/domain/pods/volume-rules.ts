import { type Refusal, refuseWrapped } from '../refusal.ts';
import { DNS_LABEL_TEXT, isDnsLabel } from './dns-label.ts';
import type { PodContainerInput, PodInput, PodMount, PodVolume } from './pod.ts';

const SOURCES = ['hostPath', 'emptyDir', 'secret', 'persistentVolumeClaim'] as const;

/** What volumes of a pod must be (T-356, T-361), and what a cluster takes no pod without. */
export const checkVolumes = ({ volumes = [] }: PodInput): Refusal | undefined => {
  const names = new Set<string>();
  for (const volume of volumes) {
    const { name = '' } = volume;
    if (!isDnsLabel(name)) return refuseWrapped(`The volume name: ${name} ${DNS_LABEL_TEXT}`);
    if (names.has(name)) return refuseWrapped(`The volume name: ${name} must be unique in a pod.`);
    names.add(name);
    const wrong = checkSource(volume);
    if (wrong) return wrong;
  }
  return undefined;
};

const checkSource = (volume: PodVolume): Refusal | undefined => {
  if (SOURCES.filter((source) => volume[source] !== undefined).length > 1)
    return refuseWrapped(
      'When the volume parameter is specified, only one volume configuration type should be used.',
    );
  const { medium = '', sizeLimit } = volume.emptyDir ?? {};
  if (medium !== '' && medium !== 'Memory')
    return refuseWrapped('Invalid Volume mount. Allowed values - Memory or null.');
  return sizeLimit !== undefined && !/^[1-9]\d{0,9}Mi$/.test(sizeLimit)
    ? refuseWrapped('Invalid empty dir size limit.')
    : undefined;
};

/** What mounts of a pod's containers must be (T-361). A relative `mountPath` is one below `/`: kubelets take it for that. */
export const checkMounts = (
  { volumes = [] }: PodInput,
  containers: readonly PodContainerInput[],
): Refusal | undefined => {
  const known = new Set(volumes.map(({ name }) => name));
  for (const { volumeMounts = [] } of containers) {
    const paths = new Set<string>();
    for (const mount of volumeMounts) {
      const wrong = checkMount(mount, known, paths);
      if (wrong) return wrong;
      paths.add(mount.mountPath!);
    }
  }
  return undefined;
};

/** `taken`: paths of the mounts before it. */
const checkMount = (
  { name, mountPath, subPath = '' }: PodMount,
  volumes: ReadonlySet<string | undefined>,
  taken: ReadonlySet<string>,
): Refusal | undefined => {
  if (!volumes.has(name))
    return refuseWrapped(`The volume mount ${name ?? ''} must reference a defined volume.`);
  if (!mountPath) return refuseWrapped(`The volume mount ${name} must have a mountPath.`);
  if (taken.has(mountPath)) return refuseWrapped(`The mountPath ${mountPath} must be unique in a container.`);
  return subPath.startsWith('/') || subPath.split('/').includes('..')
    ? refuseWrapped(`The subPath ${subPath} must be relative and without "..".`)
    : undefined;
};
