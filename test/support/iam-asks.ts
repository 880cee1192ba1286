import type { Ask } from '../../src/cli/iam.ts';
import type { Element } from '../../src/cli/xml.ts';
import type { World } from './world.ts';

/* IAM as the command line asks it, of a world in this process: without a server, a signature or XML. */

/** As `readXml` reads what would be answered. */
const elementOf = (value: unknown): Element => {
  if (Array.isArray(value)) return { text: '', inner: { member: value.map(elementOf) } };
  if (typeof value !== 'object' || value === null) return { text: String(value), inner: {} };
  const inner = Object.entries(value).filter(([, one]) => one !== undefined);
  return { text: '', inner: Object.fromEntries(inner.map(([name, one]) => [name, [elementOf(one)]])) };
};

/** As a form carries it: texts. */
const formOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(formOf);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, formOf(one)]));
};

export const askOf =
  (world: World): Ask =>
  async (action, input = {}) => {
    const answer = await world
      .ask(`${action[0]!.toLowerCase()}${action.slice(1)}`, formOf(input))
      .catch((error) => {
        // as the SDK has it
        throw Object.assign(error, { name: error.type });
      });
    return answer === undefined ? undefined : elementOf(answer);
  };

/** Operations of our own, by their names on the wire. */
export const ownAskOf = (world: World) => (name: string, input: object) =>
  world.ask(name === 'setlimits' ? 'setLimits' : 'listLimits', input);

/** Who asks, as GetCallerIdentity has it. */
export const whoIs =
  (arn: string): Ask =>
  async () =>
    elementOf({ Arn: arn });
