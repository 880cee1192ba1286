import type { ContainerSpec } from '../domain/container.ts';
import { isServiceVariable } from '../domain/job-variables.ts';
import { faultOfEvents } from '../domain/log-events.ts';
import { faultOfNames } from '../domain/log-stream.ts';
import type { Support } from './engine.ts';

/**
 * What an engine makes of a member of a container: it does what the member says, has no use for it, or cannot do it.
 * `when` narrows `refused` and `unused` to the values that ask for it; other values are used. `why` of a member that is used is a
 * word for the compatibility page.
 */
export interface MemberRule {
  readonly means: 'used' | 'unused' | 'refused';
  readonly when?: (value: unknown, container: ContainerSpec) => boolean;
  /** Beside what is refused, whether there is something that is not used. */
  readonly unused?: (value: unknown) => boolean;
  readonly why?: string;
  /** Of a value that is refused for another reason than `why`. */
  readonly otherWhy?: (value: unknown, container: ContainerSpec) => string | undefined;
}

export type MemberRules = Readonly<Record<string, MemberRule>>;

/** Whether a member asks for anything: empty ones, and false, do not. */
export const given = (value: unknown): boolean =>
  value !== undefined &&
  value !== false &&
  value !== '' &&
  !(typeof value === 'object' && Object.keys(value as object).length === 0);

/** What an engine with these rules makes of a container, and what no engine can do. */
export const judgeBy = (rules: MemberRules, container: ContainerSpec): Support[] => [
  ...faultsOf(container).map(
    ([member, why]): Support => ({ member, kind: 'refused', why: `${member}: ${why}` }),
  ),
  ...supportsOf(rules, container),
];

/** Log streams that there cannot be (J-322), lines that cannot be joined (J-039); a name for two values, of which one would win. */
const faultsOf = (container: ContainerSpec): readonly (readonly [member: string, why: string])[] => {
  const logs = faultOfNames(container.logConfiguration) ?? faultOfEvents(container.logConfiguration);
  const shared = sharedName(container);
  return [
    ...(logs === undefined ? [] : [['logConfiguration', logs] as const]),
    ...(shared === undefined ? [] : [['secrets', sharedText(shared)] as const]),
  ];
};

/** The first name that a secret shares with a variable, the service's own among them, or with another secret. */
const sharedName = ({ secrets, environment }: ContainerSpec): string | undefined => {
  const taken = new Set(environment.map(({ name }) => name));
  return secrets.find(({ name }) => isServiceVariable(name) || taken.has(name) || !taken.add(name))?.name;
};

/** In the service's own words. */
const sharedText = (name: string): string =>
  `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`;

const supportsOf = (rules: MemberRules, container: ContainerSpec): Support[] => {
  const supports: Support[] = [];
  for (const [member, rule] of Object.entries(rules)) {
    const value = container[member];
    if (!given(value)) continue;
    if (rule.means === 'unused' && (rule.when?.(value, container) ?? true))
      supports.push({ member, kind: 'unused' });
    if (rule.means === 'refused' && (rule.when?.(value, container) ?? true)) {
      supports.push({
        member,
        kind: 'refused',
        why: `${member}: ${rule.otherWhy?.(value, container) ?? rule.why}`,
      });
    } else if (rule.unused?.(value)) supports.push({ member, kind: 'unused' });
  }
  return supports;
};
