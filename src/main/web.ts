import type { Timers } from '../lib/clock.ts';
import type { Page, Web } from '../lib/web.ts';

/** Rule A-083. */
const MILLISECONDS = 5_000;
const MOST_BYTES = 1_048_576;

/** The web as it is. */
export const machineWeb = (timers: Timers): Web => ({
  get: async (url) => {
    const given = new AbortController();
    const enough = timers.after(MILLISECONDS, () => given.abort(new Error('no answer within 5 s')));
    try {
      const headers = { accept: 'application/json' };
      const answer = await fetch(url, { redirect: 'error', signal: given.signal, headers });
      if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
      return { text: await textOf(answer), ...ageOf(answer) };
    } finally {
      enough();
      given.abort();
    }
  },
});

const textOf = async ({ body }: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`its answer is longer than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const ageOf = ({ headers }: Response): Pick<Page, 'maxAgeSeconds'> => {
  const age = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(headers.get('cache-control') ?? '')?.[1];
  return age === undefined ? {} : { maxAgeSeconds: Number(age) };
};
