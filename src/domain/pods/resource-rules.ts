import { type Refusal, refuseWrapped } from '../refusal.ts';
import type { PodResources } from './pod.ts';
import { askedOf, GPU, POD_RESOURCES } from './pod-resources.ts';

/** What the resources of a pod's container must be (T-350 to T-353). */
export const checkPodResources = (resources: PodResources = {}): Refusal | undefined => {
  const { limits = {}, requests = {} } = resources;
  for (const [type, value] of [...Object.entries(limits), ...Object.entries(requests)]) {
    if (!POD_RESOURCES.includes(type)) return refuseWrapped(`${type} is not a supported type for resources.`);
    const wrong = checkValue(type, value);
    if (wrong) return wrong;
  }
  return checkSides(resources);
};

const checkValue = (type: string, value: string): Refusal | undefined => {
  switch (type) {
    case 'cpu':
      return isCpu(value)
        ? undefined
        : refuseWrapped(
            `Value ${value} for type cpu in resources is not valid. Provide a valid number and unit.`,
          );
    case 'memory':
      return isMemory(value) ? undefined : refuseWrapped(`Value ${value} for type memory is not valid.`);
    default:
      return /^[1-9]\d{0,3}$/.test(value)
        ? undefined
        : refuseWrapped(`Value ${value} for type ${GPU} in resources is not valid.`);
  }
};

/** In whole vCPUs and quarters of one. */
const isCpu = (value: string): boolean =>
  /^\d{1,6}(\.\d+)?$/.test(value) && Number(value) >= 0.25 && Number.isInteger(Number(value) * 4);

const isMemory = (value: string): boolean => /^\d{1,9}Mi$/.test(value) && Number.parseInt(value, 10) >= 4;

/** Both sides of each, and what has to be there. */
const checkSides = (resources: PodResources): Refusal | undefined => {
  const [cpu, memory, gpu] = POD_RESOURCES.map((type) => askedOf({ resources }, type));
  if (cpu && Number(cpu.request) > Number(cpu.limit))
    return refuseWrapped('cpu request must be <= to cpu limit if both are provided.');
  if (memory && Number.parseInt(memory.request, 10) !== Number.parseInt(memory.limit, 10))
    return refuseWrapped('memory request must be equal to memory limit if both are provided.');
  if (gpu && gpu.request !== gpu.limit)
    return refuseWrapped('gpu request must be equal to gpu limit if both are provided.');
  return cpu && memory ? undefined : refuseWrapped('cpu and memory must be specified in resources.');
};
