import { type Constraint, type Input, textOf } from '../../domain/access-input.ts';

/* What the members of STS may hold (rules ). */

const NAME = '[\\w+=,.@-]*';

export const SESSION_MEMBERS: Readonly<Record<string, Constraint>> = {
  RoleArn: { least: 20, most: 2048 },
  RoleSessionName: { least: 2, most: 64, pattern: NAME },
  DurationSeconds: { range: [900, 43_200] },
  Policy: { least: 1, most: 2048, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' },
  ExternalId: { least: 2, most: 1224, pattern: '[\\w+=,.@:\\/-]*' },
  SourceIdentity: { least: 2, most: 64, pattern: NAME },
  WebIdentityToken: { least: 4, most: 20_000 },
};

const USUAL_SECONDS = 3600;

/** How long a session of a role is to be. */
export const secondsIn = (input: Input): number => Number(textOf(input, 'DurationSeconds') ?? USUAL_SECONDS);
