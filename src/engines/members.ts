import type { ContainerSpec } from '../domain/container.ts';
import { faultOfNames } from '../domain/log-stream.ts';
import type { Verdict } from './engine.ts';

/**
 * What an engine makes of a member of a container: it does what the member says, has no use for it, or cannot do it.
 * `when` narrows `impossible` and `unused` to the values that ask for it; other values are done. `why` of a member that is done is a
 * word for the compatibility page.
 */
export interface MemberRule {
  readonly means: 'done' | 'unused' | 'impossible';
  readonly when?: (value: unknown, container: ContainerSpec) => boolean;
  /** Beside what is impossible, whether there is something that is not used. */
  readonly unused?: (value: unknown) => boolean;
  readonly why?: string;
  /** Of a value that is impossible for another reason than `why`. */
  readonly otherWhy?: (value: unknown) => string | undefined;
}

export type MemberRules = Readonly<Record<string, MemberRule>>;

/** Whether a member asks for anything: empty ones, and false, do not. */
export const given = (value: unknown): boolean =>
  value !== undefined &&
  value !== false &&
  value !== '' &&
  !(typeof value === 'object' && Object.keys(value as object).length === 0);

/** What no engine can do comes first: a log stream of a name that there cannot be (J-322). */
export const judgeBy = (rules: MemberRules, container: ContainerSpec): Verdict[] => {
  const verdicts: Verdict[] = [];
  const names = faultOfNames(container.logConfiguration);
  if (names !== undefined)
    verdicts.push({ member: 'logConfiguration', kind: 'impossible', why: `logConfiguration: ${names}` });
  for (const [member, rule] of Object.entries(rules)) {
    const value = container[member];
    if (!given(value)) continue;
    if (rule.means === 'unused' && (rule.when?.(value, container) ?? true))
      verdicts.push({ member, kind: 'unused' });
    if (rule.means === 'impossible' && rule.when?.(value, container)) {
      verdicts.push({ member, kind: 'impossible', why: `${member}: ${rule.otherWhy?.(value) ?? rule.why}` });
    } else if (rule.unused?.(value)) verdicts.push({ member, kind: 'unused' });
  }
  return verdicts;
};
