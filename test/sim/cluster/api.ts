import { type Change, FakeCollection, type Given, History } from '../../support/kubernetes/collection.ts';
import { type FakeObject, Refused, statusBody } from '../../support/kubernetes/objects.ts';
import { patchMetadata } from '../../support/kubernetes/patches.ts';
import { selects } from '../../support/kubernetes/selectors.ts';
import type { Time } from '../time.ts';
import type { WatchStream } from './watch-stream.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: a body is what its sender makes it
  readonly body: any;
}

interface Watch {
  readonly kind: string;
  readonly query: URLSearchParams;
  readonly stream: WatchStream;
  /** When what was told last comes to whoever watches: nothing later comes before. */
  due: number;
}

const BOOKMARK_MILLISECONDS = 60_000;
/** So many changes are remembered, or twice that. */
const REMEMBERED = 2000;
const PAGE = 50;

/** The API server of a world's cluster, which outlives every server of ours: objects, versions, lists and watches. */
export class ClusterApi {
  readonly history: History;
  readonly pods: FakeCollection;
  readonly nodes: FakeCollection;
  /** Why no pod may be made now. */
  quota: string | undefined;
  private readonly time: Time;
  /** How long what is told is on its way. */
  private readonly lag: () => number;
  private watches: Watch[] = [];
  private readonly texts = new WeakMap<Change, string>();

  constructor(time: Time, wall: () => number, lag: () => number) {
    this.time = time;
    this.lag = lag;
    this.history = new History(wall);
    this.pods = new FakeCollection('Pod', this.history);
    this.nodes = new FakeCollection('Node', this.history);
    this.history.listen((change) => this.tell(change));
  }

  podOf(uid: string): FakeObject | undefined {
    return this.pods.all().find(({ metadata }) => metadata.uid === uid);
  }

  /** As an answer has it: nobody changes it any more. Throws Refused. */
  answer(asked: Asked): unknown {
    const [, resource = '', name] =
      /^\/api\/v1(?:\/namespaces\/[^/]+)?\/(\w+)(?:\/([^/]+))?$/.exec(asked.path) ?? [];
    if (resource === 'events') return { items: [] };
    const collection = resource === 'pods' ? this.pods : this.nodes;
    return JSON.parse(JSON.stringify(this.done(asked, collection, name)));
  }

  private done(
    { method, query, body }: Asked,
    collection: FakeCollection,
    name: string | undefined,
  ): unknown {
    if (name === undefined) return method === 'POST' ? this.create(body) : this.list(collection, query);
    switch (method) {
      case 'GET':
        return collection.get(name);
      case 'PATCH':
        return collection.change(name, (object) => patchMetadata(object, body));
      default:
        return collection.delete(name, body ?? {});
    }
  }

  private create(given: Given): FakeObject {
    if (this.quota !== undefined) throw new Refused(403, 'Forbidden', `pods "x" is forbidden: ${this.quota}`);
    return this.pods.create(given);
  }

  private list(collection: FakeCollection, query: URLSearchParams): unknown {
    const { version, forgotten } = this.history;
    const [at, then] = (query.get('continue') ?? `0@${version}`).split('@').map(Number) as [number, number];
    if (then < forgotten) throw new Refused(410, 'Expired', 'The provided continue parameter is too old');
    const all = collection.all().filter((object) => selects(query, object));
    const end = at + PAGE;
    const next = end < all.length ? { continue: `${end}@${then}` } : {};
    return { metadata: { resourceVersion: String(then), ...next }, items: all.slice(at, end) };
  }

  /** Goes on until its time is over. A version that is forgotten is told as the first event. */
  watch(kind: string, query: URLSearchParams, stream: WatchStream): void {
    const from = Number(query.get('resourceVersion'));
    const watch: Watch = { kind, query, stream, due: 0 };
    if (from < this.history.forgotten) {
      const message = `too old resource version: ${from} (${this.history.version})`;
      this.send(watch, () => {
        stream.push(lineOf('ERROR', statusBody({ code: 410, reason: 'Expired', message })));
        stream.end();
      });
      return;
    }
    for (const change of this.history.changes) if (change.version > from) this.tellOne(watch, change);
    this.watches.push(watch);
    this.bookmark(watch);
    const seconds = Number(query.get('timeoutSeconds'));
    this.time.beside(seconds * 1000, () => this.send(watch, () => stream.end()));
  }

  /** As when a connection breaks; `isDeaf`: as when nobody notices. */
  cut(isCut: () => boolean, isDeaf: boolean): number {
    const cut = this.watches.filter(({ stream }) => !stream.isDone && isCut());
    for (const { stream } of cut) {
      if (isDeaf) stream.deafen();
      else stream.destroy();
    }
    return cut.length;
  }

  /** What nobody hears breaks. */
  calm(): void {
    for (const { stream } of this.watches) if (stream.isDeaf) stream.destroy();
  }

  /** Watches from an earlier version are told so, as after a compaction. */
  forget(): void {
    this.history.forgotten = this.history.version;
    this.history.changes.length = 0;
  }

  private tell(change: Change): void {
    const { changes } = this.history;
    if (changes.length > 2 * REMEMBERED) {
      this.history.forgotten = changes[changes.length - REMEMBERED - 1]!.version;
      changes.splice(0, changes.length - REMEMBERED);
    }
    this.watches = this.watches.filter(({ stream }) => !stream.isDone);
    for (const watch of this.watches) this.tellOne(watch, change);
  }

  private tellOne(watch: Watch, change: Change): void {
    if (change.object.kind !== watch.kind || !selects(watch.query, change.object)) return;
    const text = this.texts.get(change) ?? lineOf(change.type, change.object);
    this.texts.set(change, text);
    this.send(watch, () => watch.stream.push(text));
  }

  private bookmark(watch: Watch): void {
    this.time.beside(BOOKMARK_MILLISECONDS, () => {
      if (watch.stream.isDone) return;
      const resourceVersion = String(this.history.version);
      this.send(watch, () => watch.stream.push(lineOf('BOOKMARK', { metadata: { resourceVersion } })));
      this.bookmark(watch);
    });
  }

  /** In the order of telling. */
  private send(watch: Watch, act: () => void): void {
    const due = Math.max(watch.due, this.time.now + this.lag());
    if (due <= this.time.now && watch.due < this.time.now) {
      act();
      return;
    }
    watch.due = due;
    this.time.beside(due - this.time.now, act);
  }
}

const lineOf = (type: string, object: unknown): string => JSON.stringify({ type, object });
