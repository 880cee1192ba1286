import type { ComputeResources, Image } from './environment-rules.ts';
import { expandInstanceTypes } from './instance-types.ts';

/**
 * `computeResources` as a Describe shows them: with the image type that nobody chose (rule E-050 as T-383 corrects it), and a launch
 * template's overrides even when there are none (E-101).
 */
export const shownResources = (given: ComputeResources, isEks = false): ComputeResources => ({
  ...given,
  ...(given.launchTemplate && { launchTemplate: { ...given.launchTemplate, overrides: overridesOf(given) } }),
  ...(hasImages(given) && {
    ec2Configuration: (
      given.ec2Configuration ?? [{ imageType: `${isEks ? 'EKS' : 'ECS'}_${systemOf(given)}` }]
    ).map(withStatus),
  }),
});

const overridesOf = ({ launchTemplate }: ComputeResources) => launchTemplate?.overrides ?? [];

const hasImages = ({ type }: ComputeResources): boolean => type === 'EC2' || type === 'SPOT';

/** There is no image here that could be older than the service's latest; of one that somebody names nothing is said. */
const withStatus = (image: Image): Image =>
  image.imageIdOverride ? image : { ...image, batchImageStatus: 'LATEST' };

const systemOf = ({ instanceTypes = [] }: ComputeResources): string => {
  const expanded = expandInstanceTypes(instanceTypes);
  const types = expanded.kind === 'types' ? expanded.types : [];
  return types.length > 0 && types.every((type) => type.gpus > 0) ? 'AL2023_NVIDIA' : 'AL2023';
};
