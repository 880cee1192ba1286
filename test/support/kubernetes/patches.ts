import { type FakeObject, Refused } from './objects.ts';

type Patch = { readonly metadata?: Readonly<Record<string, unknown>> };

const DELETE_FROM = '$deleteFromPrimitiveList/finalizers';

/** A merge patch, also a strategic one, of metadata alone: that is all that is patched here. */
export const patchMetadata = (object: FakeObject, patch: Patch): void => {
  const { uid, resourceVersion, labels, annotations, finalizers, ...others } = patch.metadata ?? {};
  const { metadata, kind } = object;
  if (uid !== undefined && uid !== metadata.uid) throw conflict(kind, metadata.name, `uid mismatch: ${uid}`);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw conflict(
      kind,
      metadata.name,
      'the object has been modified; please apply your changes to the latest version',
    );
  merge(metadata.labels, labels);
  merge(metadata.annotations, annotations);
  if (finalizers !== undefined) metadata.finalizers = (finalizers as string[] | null) ?? [];
  const off = others[DELETE_FROM];
  if (Array.isArray(off)) metadata.finalizers = metadata.finalizers.filter((one) => !off.includes(one));
};

const merge = (into: Record<string, string>, from: unknown): void => {
  for (const [key, value] of Object.entries((from ?? {}) as Record<string, string | null>)) {
    if (value === null) delete into[key];
    else into[key] = value;
  }
};

const conflict = (kind: string, name: string, why: string): Refused =>
  new Refused(409, 'Conflict', `Operation cannot be fulfilled on ${kind.toLowerCase()}s "${name}": ${why}`, {
    name,
    kind: `${kind.toLowerCase()}s`,
  });
