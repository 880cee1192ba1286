import { FAMILIES } from './instance-catalogue.ts';

export interface InstanceType {
  /** `c5.large`. */
  readonly name: string;
  readonly family: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  readonly architecture: 'x86_64' | 'arm64';
}

const X86_64 = ['m6i', 'c6i', 'r6i', 'c7i'];

/** Names that stand for families: of rule E-055 what T-398 leaves. */
const BUNDLES: Readonly<Record<string, readonly string[]>> = {
  optimal: X86_64,
  default_x86_64: X86_64,
  default_arm64: ['m6g', 'c6g', 'r6g', 'c7g'],
};

export const isBundle = (name: string): boolean => Object.hasOwn(BUNDLES, name);

const isArm = (family: string): boolean => family === 'a1' || /^[a-z]+\d+g(n|d)?$/.test(family);

const familyTypes = (family: string): InstanceType[] =>
  (FAMILIES[family] ?? '').split('; ').map((entry) => {
    const [size = '', numbers = ''] = entry.split(' ');
    const [vcpus = 0, memoryMiB = 0, gpus = 0] = numbers.split('/').map(Number);
    const architecture = isArm(family) ? 'arm64' : 'x86_64';
    return { name: `${family}.${size}`, family, vcpus, memoryMiB, gpus, architecture };
  });

const BY_FAMILY = new Map(Object.keys(FAMILIES).map((family) => [family, familyTypes(family)]));
const BY_NAME = new Map([...BY_FAMILY.values()].flat().map((type) => [type.name, type]));

export type Expanded =
  | { readonly kind: 'types'; readonly types: readonly InstanceType[] }
  | { readonly kind: 'unknown'; readonly name: string };

/**
 * The types that `instanceTypes` allows: sizes as they are, families without their bare metal, bundles by their
 * families (rules S-236, S-237, E-053 to E-056). The first name that is none of these is told.
 */
export const expandInstanceTypes = (names: readonly string[]): Expanded => {
  const types = new Map<string, InstanceType>();
  for (const name of names) {
    const found = typesNamed(name);
    if (!found) return { kind: 'unknown', name };
    for (const type of found) types.set(type.name, type);
  }
  return { kind: 'types', types: [...types.values()] };
};

const typesNamed = (name: string): readonly InstanceType[] | undefined => {
  const single = BY_NAME.get(name);
  if (single) return [single];
  const families = isBundle(name) ? BUNDLES[name]! : [name];
  const types = families.flatMap((family) => BY_FAMILY.get(family) ?? []);
  return types.length > 0 ? types.filter((type) => !type.name.includes('metal')) : undefined;
};

/** Rule E-165: what a job can have of an instance's nominal memory, in MiB. */
export const memoryForJobs = (nominalMiB: number): number =>
  Math.floor(nominalMiB * (nominalMiB <= 8192 ? 0.975 : 0.96)) - 32;
