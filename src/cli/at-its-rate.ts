import { pause } from './follow.ts';

/** So often the same is asked again, beside the tries of the SDK. */
const MOST = 20;
/** In milliseconds, where the server does not say. */
const USUAL_WAIT = 1000;

interface Failure {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

const isTooFast = ({ name = '', $metadata }: Failure): boolean =>
  $metadata?.httpStatusCode === 429 || /^(Throttling|TooManyRequests)/.test(name);

/** As the server says it (rule A-223), in milliseconds. */
const waitOf = ({ $response }: Failure): number =>
  Number($response?.headers?.['x-amz-retry-after']) || USUAL_WAIT;

/** Asks as fast as whoever asks may: what is refused for its rate alone is asked again, when the server says. */
export const atItsRate =
  <Args extends readonly unknown[], Answer>(
    ask: (...args: Args) => Promise<Answer>,
    wait: (milliseconds: number) => Promise<unknown> = pause,
  ) =>
  async (...args: Args): Promise<Answer> => {
    for (let tries = 1; ; tries++) {
      try {
        return await ask(...args);
      } catch (error) {
        if (!isTooFast(error as Failure) || tries > MOST) throw error;
        await wait(waitOf(error as Failure));
      }
    }
  };
