import { consumableArn, definitionArn, definitionNameArn, jobArn, nameFrom } from '../../domain/arn.ts';
import { parseDefinitionName } from '../../domain/definition-name.ts';
import { containersSaid, podsSaid } from './containers-said.ts';
import { listAt, memberAt, scalarAt, textAt } from './members.ts';
import { type Asking, asks, mayNotBeDenied, type Question } from './question.ts';
import { ANY, arnOf } from './resources.ts';
import { partsOf, taskRoles } from './roles-passed.ts';
import { setsTags, tagsOfNew, tagsSaid } from './tags-said.ts';

/* SubmitJob, and what else is about definitions. Rules. */

/** A revision that is named is asked about alone; of a bare name the name, and the revision it means. */
const definitionAsked = ({ account, input, found }: Asking): Question['resources'] => {
  const named = parseDefinitionName(account, textAt(input, 'jobDefinition') ?? '');
  if (!named) return [ANY];
  if (named.revision !== undefined) return [definitionArn(account, named.name, named.revision)];
  const bare = definitionNameArn(account, named.name);
  return found.activeRevision === undefined
    ? [bare]
    : [bare, definitionArn(account, named.name, found.activeRevision)];
};

export const submitQuestions = (asking: Asking): readonly Question[] => {
  const { account, input, found } = asking;
  const share = scalarAt(input, 'shareIdentifier');
  const context = { ...(share !== undefined && { 'batch:ShareIdentifier': share }), ...tagsSaid(input) };
  const definition = definitionAsked(asking);
  const revision = definition.at(-1)!;
  const job = found.newJobId === undefined ? [] : [jobArn(account, found.newJobId)];
  const [first, ...rest] = [...job, revision];
  const queue = arnOf(account, 'job-queue', textAt(input, 'jobQueue'));
  return podsSaid(input).flatMap((pod) => {
    const said = { ...context, ...pod };
    return [
      asks('batch:SubmitJob', [queue], said),
      asks('batch:SubmitJob', definition, said),
      ...(setsTags(input) ? [asks('batch:TagResource', [first!, ...rest], said)] : []),
    ];
  });
};

/** The name alone, or the revision that comes. */
const definitionToBe = ({ account, input, found }: Asking): Question['resources'] => {
  const name = textAt(input, 'jobDefinitionName');
  if (name === undefined) return [ANY];
  const bare = definitionNameArn(account, name);
  return found.nextRevision === undefined ? [bare] : [bare, definitionArn(account, name, found.nextRevision)];
};

export const registerQuestions = (asking: Asking): readonly Question[] => {
  const { input } = asking;
  const resources = definitionToBe(asking);
  return [
    ...registrations(input, resources, tagsOfNew(input)),
    ...(setsTags(input) ? [asks('batch:TagResource', resources, tagsOfNew(input))] : []),
    ...taskRoles(asking, input),
    ...consumablesNamed(asking),
  ];
};

/** Once for each container. */
const registrations = (
  registered: unknown,
  resources: Question['resources'],
  context: Question['context'],
): Question[] => {
  const all = containersSaid(registered);
  return (all.length > 0 ? all : [{}]).map((said) =>
    asks('batch:RegisterJobDefinition', resources, { ...context, ...said }),
  );
};

const consumablesNamed = ({ account, input }: Asking): Question[] =>
  partsOf(input)
    .flatMap((part) => listAt(memberAt(part, 'consumableResourceProperties'), 'consumableResourceList'))
    .flatMap((one) => nameFrom(account, 'consumable-resource', textAt(one, 'consumableResource') ?? '') || [])
    .map((name) => mayNotBeDenied(asks('batch:RegisterJobDefinition', [consumableArn(account, name)])));

/** A bare name means its newest revision, which is what goes. */
export const deregisterQuestions = (asking: Asking): readonly Question[] => [
  asks('batch:DeregisterJobDefinition', [definitionAsked(asking).at(-1)!]),
];

/** Running again is submitting again; another command is another definition, with the same roles. */
export const rerunQuestions = (asking: Asking): readonly Question[] => {
  const { input, found } = asking;
  const reruns = found.reruns ?? [];
  if (reruns.length === 0) return [asks('batch:SubmitJob', [ANY])];
  const changes = CHANGES.some((name) => memberAt(memberAt(input, 'changes'), name) !== undefined);
  return reruns.flatMap(({ queue, definition, share, owner, registered }) => {
    const context = {
      ...(share !== undefined && { 'batch:ShareIdentifier': share }),
      // nobody has the empty id: what `IfExists` lets submit does not run again what may be anybody's
      'longshore:JobOwner': owner ?? '',
    };
    const isChanged = changes && registered !== undefined;
    return [
      asks('batch:SubmitJob', [queue], context),
      asks('batch:SubmitJob', [definition], context),
      ...(isChanged
        ? [...registrations(registered, [definition], {}), ...taskRoles(asking, registered)]
        : []),
    ];
  });
};

/** What of a container RetryJobs may change. */
const CHANGES = ['vcpus', 'memory', 'gpus', 'command', 'environment'];
