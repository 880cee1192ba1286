/** What the beginning of a line of a watch tells: enough where the rest is known, or nobody asks for it. */
export interface WatchHead {
  readonly kind: 'there' | 'gone';
  readonly name: string;
  readonly uid: string;
  readonly version: string;
}

/** As an API server writes it, member by member in the order of its types. */
const HEAD =
  /^\{"type":"(ADDED|MODIFIED|DELETED)","object":\{"kind":"\w+","apiVersion":"[^"\\]*","metadata":\{"name":"([^"\\]*)",(?:"generateName":"[^"\\]*",)?(?:"namespace":"[^"\\]*",)?"uid":"([^"\\]*)","resourceVersion":"([^"\\]*)"/;

/** Read without the rest of the line, which takes most of the time. Undefined where it is written otherwise. */
export const watchHeadOf = (line: string): WatchHead | undefined => {
  const [, type, name, uid, version] = HEAD.exec(line) ?? [];
  if (type === undefined || name === undefined || uid === undefined || version === undefined)
    return undefined;
  return { kind: type === 'DELETED' ? 'gone' : 'there', name, uid, version };
};
