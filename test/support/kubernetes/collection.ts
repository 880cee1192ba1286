import { type FakeObject, type Metadata, Refused, stampOf } from './objects.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: FakeObject;
  readonly version: number;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** What a create is given. */
export type Given = Omit<Partial<FakeObject>, 'metadata'> & {
  readonly metadata: Partial<Metadata> & { readonly name: string };
};

/** The versions of one cluster, and what has changed under which. */
export class History {
  version = 1000;
  /** Changes up to here are forgotten. */
  forgotten = 0;
  readonly changes: Change[] = [];
  private readonly listeners = new Set<(change: Change) => void>();
  private uids = 0;
  /** What the cluster's clock says. */
  readonly wall: () => number;

  constructor(wall: () => number = () => Date.now()) {
    this.wall = wall;
  }

  next(): number {
    return ++this.version;
  }

  newUid(): string {
    return `00000000-0000-4000-8000-${(++this.uids).toString(16).padStart(12, '0')}`;
  }

  note(type: Change['type'], object: FakeObject): void {
    const change = {
      type,
      object: structuredClone(object),
      version: Number(object.metadata.resourceVersion),
    };
    this.changes.push(change);
    for (const listener of [...this.listeners]) listener(change);
  }

  listen(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Objects of one kind: created, patched, deleted, with finalizers and grace as the real API does it. */
export class FakeCollection {
  readonly kind: 'Pod' | 'Node' | 'Secret' | 'Lease';
  private readonly history: History;
  private readonly byName = new Map<string, FakeObject>();

  constructor(kind: FakeCollection['kind'], history: History) {
    this.kind = kind;
    this.history = history;
  }

  get plural(): string {
    return `${this.kind.toLowerCase()}s`;
  }

  all(): FakeObject[] {
    return [...this.byName.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  find(name: string): FakeObject | undefined {
    return this.byName.get(name);
  }

  get(name: string): FakeObject {
    const object = this.byName.get(name);
    if (!object) throw new Refused(404, 'NotFound', `${this.plural} "${name}" not found`, this.details(name));
    return object;
  }

  create(given: Given): FakeObject {
    const { name } = given.metadata;
    if (this.byName.has(name))
      throw new Refused(409, 'AlreadyExists', `${this.plural} "${name}" already exists`, this.details(name));
    const { namespace, labels, annotations, finalizers, ...others } = structuredClone(given.metadata);
    // in the order in which a real one writes them
    const metadata: Metadata = {
      name,
      ...(namespace !== undefined && { namespace }),
      uid: this.history.newUid(),
      resourceVersion: String(this.history.next()),
      creationTimestamp: stampOf(this.history.wall()),
      labels: { ...labels },
      annotations: { ...annotations },
      finalizers: [...(finalizers ?? [])],
      ...withoutOwn(others),
    };
    const object: FakeObject = {
      kind: this.kind,
      apiVersion: this.kind === 'Lease' ? 'coordination.k8s.io/v1' : 'v1',
      metadata,
      spec: structuredClone(given.spec ?? {}),
      status: structuredClone(given.status ?? { phase: 'Pending' }),
    };
    this.byName.set(name, object);
    this.history.note('ADDED', object);
    return object;
  }

  /** Changes it as another program would; then it goes if it was only kept by what was taken off. */
  change(name: string, edit: (object: FakeObject) => void): FakeObject {
    const object = this.get(name);
    edit(object);
    object.metadata.resourceVersion = String(this.history.next());
    const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
    if (deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0)
      this.remove(object);
    else this.history.note('MODIFIED', object);
    return object;
  }

  /** As a whole, if it is the version that is given. */
  replace(name: string, { metadata, spec }: Given): FakeObject {
    this.checkPreconditions(this.get(name), { preconditions: metadata });
    return this.change(name, (object) => (object.spec = structuredClone(spec ?? {})));
  }

  delete(name: string, options: DeleteOptions): FakeObject {
    const object = this.get(name);
    this.checkPreconditions(object, options);
    const grace = graceOf(object, options);
    const { metadata } = object;
    const isShorter =
      metadata.deletionTimestamp === undefined || grace < (metadata.deletionGracePeriodSeconds ?? 0);
    if (isShorter) {
      return this.change(name, () => {
        metadata.deletionTimestamp = stampOf(this.deletionAskedAt(metadata) + grace * 1000);
        metadata.deletionGracePeriodSeconds = grace;
      });
    }
    return object;
  }

  /** Whoever asks again may shorten the grace; it counts from when the first one asked. */
  private deletionAskedAt({
    deletionTimestamp,
    deletionGracePeriodSeconds = 0,
  }: FakeObject['metadata']): number {
    return deletionTimestamp === undefined
      ? this.history.wall()
      : Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  }

  /** Whatever holds it: as after a restore of the cluster's database. */
  vanish(name: string): void {
    const object = this.get(name);
    object.metadata.resourceVersion = String(this.history.next());
    this.remove(object);
  }

  private remove(object: FakeObject): void {
    this.byName.delete(object.metadata.name);
    this.history.note('DELETED', object);
  }

  private checkPreconditions({ metadata }: FakeObject, { preconditions }: DeleteOptions): void {
    const { uid, resourceVersion } = preconditions ?? {};
    const conflict = (what: string, asked: string, is: string) =>
      new Refused(
        409,
        'Conflict',
        `Operation cannot be fulfilled on ${this.kind} "${metadata.name}": the ${what} in the precondition (${asked}) does not match the ${what} in record (${is}). The object might have been ${what === 'UID' ? 'deleted and then recreated' : 'modified'}`,
        { name: metadata.name, kind: this.kind },
      );
    if (uid !== undefined && uid !== metadata.uid) throw conflict('UID', uid, metadata.uid);
    if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
      throw conflict('ResourceVersion', resourceVersion, metadata.resourceVersion);
  }

  private details(name: string): Record<string, unknown> {
    return { name, kind: this.plural };
  }
}

/** What the server alone says. */
const withoutOwn = ({ name, uid, resourceVersion, creationTimestamp, ...others }: Partial<Metadata>) =>
  others;

/** Of what is no pod, not bound, or over, none. */
const graceOf = ({ kind, spec, status }: FakeObject, { gracePeriodSeconds }: DeleteOptions): number => {
  if (kind !== 'Pod' || spec.nodeName === undefined) return 0;
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return 0;
  return gracePeriodSeconds ?? Number(spec.terminationGracePeriodSeconds ?? 30);
};
