import type { Wire } from './model.ts';

/* A container as a definition gives it and as a submission changes it, by the reference: every member of it. */

/** What is always there once a definition is registered, and inside of what it has. */
export const filled = (sent: Wire): Wire => ({
  command: [],
  environment: [],
  mountPoints: [],
  resourceRequirements: [],
  secrets: [],
  ulimits: [],
  volumes: [],
  ...sent,
  ...(sent.linuxParameters && { linuxParameters: filledLinux(sent.linuxParameters) }),
  ...(sent.logConfiguration && {
    logConfiguration: { options: {}, secretOptions: [], ...sent.logConfiguration },
  }),
});

const filledLinux = (sent: Wire): Wire => ({
  ...sent,
  devices: (sent.devices ?? []).map((device: Wire) => ({ permissions: [], ...device })),
  tmpfs: (sent.tmpfs ?? []).map((mount: Wire) => ({ mountOptions: [], ...mount })),
});

/** As answers show it: a variable with an empty value is left out, which its job has all the same (J-049). */
export const shownOf = (container: Wire): Wire => ({
  ...container,
  environment: container.environment.filter(({ value }: Wire) => value),
});

/** A range of nodes as answers show it, with its container. */
export const shownRange = (range: Wire, container: Wire): Wire => ({
  instanceTypes: [],
  ...range,
  container: shownOf(container),
});

/** The container of a job; undefined when a parameter of its command is missing. */
export const containerOf = (sent: Wire, over: Wire, parameters: Wire): Wire | undefined => {
  const base = filled(sent);
  const command = substituted(over.command?.length ? over.command : base.command, parameters);
  if (!command) return undefined;
  const resourceRequirements = requirementsOf(base, over);
  const asks = (type: string) => resourceRequirements.some((one: Wire) => one.type === type);
  const made = { ...base, command, environment: variablesOf(base, over), resourceRequirements };
  // the older members hold where no requirement does
  for (const [type, member] of OLDER) {
    const value = over[member] ?? base[member];
    if (asks(type) || value === undefined) delete made[member];
    else made[member] = value;
  }
  return made;
};

const OLDER = [
  ['VCPU', 'vcpus'],
  ['MEMORY', 'memory'],
] as const;

const substituted = (words: readonly string[], parameters: Wire): string[] | undefined => {
  let isMissing = false;
  const made = words.map((word) =>
    word.replace(/Ref::([A-Za-z0-9_-]+)/g, (whole, name) => {
      if (!Object.hasOwn(parameters, name)) isMissing = true;
      return parameters[name] ?? whole;
    }),
  );
  return isMissing ? undefined : made;
};

/** One that is given takes the place of the definition's of its type. */
const requirementsOf = (base: Wire, over: Wire): Wire => {
  const given: Wire[] = over.resourceRequirements ?? [];
  const isKept = ({ type }: Wire) => !given.some((one) => one.type === type);
  return [...base.resourceRequirements.filter(isKept), ...given];
};

/** In their places those that are given again, then the new ones. */
const variablesOf = (base: Wire, over: Wire): Wire => {
  const given = new Map<string, Wire>((over.environment ?? []).map((one: Wire) => [one.name, one]));
  const isKnown = (name: string) => base.environment.some((one: Wire) => one.name === name);
  return [
    ...base.environment.map((one: Wire) => given.get(one.name) ?? one),
    ...[...given.values()].filter(({ name }) => !isKnown(name)),
  ];
};

/** What a container asks of a machine. */
export const asksOf = (container: Wire) => {
  const asked = (type: string) =>
    container.resourceRequirements.find((one: Wire) => one.type === type)?.value;
  return {
    milliVcpus: Math.round(Number(asked('VCPU') ?? container.vcpus) * 1000),
    memoryMiB: Number(asked('MEMORY') ?? container.memory),
    gpus: Number(asked('GPU') ?? 0),
  };
};
