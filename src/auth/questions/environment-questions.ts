import { memberAt, textAt } from './members.ts';
import { type Asking, asks, type Question } from './question.ts';
import { arnOf } from './resources.ts';
import { environmentRoles } from './roles-passed.ts';
import { setsTags, tagsOfNew, tagsSaid } from './tags-said.ts';

/* CreateComputeEnvironment and UpdateComputeEnvironment. Rules. */

/** Tags of the machines that are started have a permission of their own. */
const capacityTags = ({ input }: Asking, environment: string): Question[] => {
  const resources = memberAt(input, 'computeResources');
  return setsTags(resources, 'capacityTags')
    ? [asks('batch:SetCapacityTags', [environment], tagsSaid(resources, 'capacityTags'))]
    : [];
};

export const createEnvironmentQuestions = (asking: Asking): readonly Question[] => {
  const { account, input } = asking;
  const environment = arnOf(account, 'compute-environment', textAt(input, 'computeEnvironmentName'));
  return [
    asks('batch:CreateComputeEnvironment', [environment], tagsOfNew(input)),
    ...(setsTags(input) ? [asks('batch:TagResource', [environment], tagsOfNew(input))] : []),
    ...capacityTags(asking, environment),
    ...environmentRoles(asking),
  ];
};

export const updateEnvironmentQuestions = (asking: Asking): readonly Question[] => {
  const { account, input } = asking;
  const environment = arnOf(account, 'compute-environment', textAt(input, 'computeEnvironment'));
  return [
    asks('batch:UpdateComputeEnvironment', [environment]),
    ...capacityTags(asking, environment),
    ...environmentRoles(asking),
  ];
};
