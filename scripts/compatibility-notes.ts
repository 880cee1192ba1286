/** What members of a cloud's machines mean to a host that is there already. */
const HOST = 'a host that is there already has no use for it';
const TEMPLATE =
  'Kept: a host that is there already has no use for it. What image a template names can’t be known, so userdataType is taken without one.';
const IMAGES =
  'Kept: a host that is there already has no use for it. Shown as ECS_AL2023, or ECS_AL2023_NVIDIA with GPU types only, when nobody chose, and as the latest image unless one is named; an imageKubernetesVersion is refused.';
const PROPAGATED =
  'Kept: no ECS task carries tags. A job that has over 50 with its definition’s is FAILED as there. True is refused of a pod.';
const STOPS =
  'Each id as by the operation on one, all in force together. A job that is not there is `successful`; a malformed id is a `ValidationException` among `errors`, a node a `ClientException`. Nobody is throttled or denied, and a fault of the store is the whole call’s.';
const NOTHING = 'nothing follows from it here';

const kept = (shape: string, why: string, members: readonly string[]): Record<string, string> =>
  Object.fromEntries(members.map((member) => [`${shape}.${member}`, `Kept: ${why}.`]));

/**
 * Where Longshore differs on purpose, or a member needs a word; the place is `operation` or `structure.member`. A
 * member's note that begins with `Kept` says that the member is checked, stored and shown, and does nothing more;
 * `Ignored`, that it is not even shown; `Refused`, that it is answered by 400. The table's status follows from that.
 */
export const NOTES: Readonly<Record<string, string>> = {
  'EksConfiguration.eksClusterArn':
    'Whichever it names, it stands for the cluster that `serve --engine kubernetes` uses.',
  'EksConfiguration.kubernetesNamespace':
    'That of `serve --namespace`; with another, or without a cluster, the environment is INVALID and says why.',
  'EksMetadata.namespace': 'That of `serve --namespace`; with another the attempt fails and says so.',
  'RegisterJobDefinitionRequest.eksProperties':
    'Run by the kubernetes engine alone: docs/kubernetes-members.md.',
  SearchJobs:
    '`POST /longshore/v1/searchjobs`, like the others here: JSON in and out, signed as a request of Batch. Jobs of all queues, newest first or as `order` says (children of an array by index), for which all that is given holds. Answers `jobs`: summaries as of ListJobs with `queue`, `attempt` of `attempts`, `waited` and `ran` in milliseconds, `tags`, `submittedBy` (`arn`, `userId`) and of arrays `children` (waiting, starting, running, succeeded, failed). A call looks at 10,000 jobs at most: `looked`, `lookedTo` (when the last of them was created), `nextToken` to go on; `at` is the server’s clock.',
  'SearchJobsRequest.id': 'The beginning of an id, of eight characters or so; children have their array’s.',
  'SearchJobsRequest.queues': 'Names or ARNs; all when absent.',
  'SearchJobsRequest.arrayJobId':
    'The children of this array. Without it children are found while they are STARTING or RUNNING, when that is asked for.',
  'SearchJobsRequest.name': '`x*`: those that begin so; capitals count as small.',
  'SearchJobsRequest.definition': 'A name, `NAME:REV`, an ARN, or `x*`.',
  'SearchJobsRequest.submittedBy':
    'Who submitted: an ARN, a unique id, or a name: what an ARN ends with (`ann`, `root`, `ROLE/SESSION`).',
  'SearchJobsRequest.tag': '`KEY` or `KEY=VALUE`.',
  'SearchJobsRequest.reason': 'What the reason of the job or of its container begins with.',
  'SearchJobsRequest.created': 'Milliseconds; `to` is not within.',
  'SearchJobsRequest.ended': 'The same; of what has ended.',
  'SearchJobsRequest.order': '`NEWEST` (when absent) or `OLDEST`.',
  'SearchJobsRequest.limit': '1 to 200; 100 when absent.',
  GetOverview:
    'Answers `server` (version, engine, region, started, keepJobs, at), `lastHourFrom` (from when the figures of the last hour count, in milliseconds: an hour ago, or when the server started), `queues` (the highest priority first, then by name: state, priority, `counts` by state, of the first in line `head`: jobId, createdAt, never, sentence, and `lastHour`: attempts `started`, jobs `failed`, `waitP50` and `waitP95` in milliseconds, of first attempts), `environments` and `pool` (what is held and free, and with several hosts `hosts`: name, open, total, free), `failures` of the last hour (queue, exitCode, reason, statusReason, count; the ten largest groups), `attention` (kind, severity, sentence, link). The last hour is counted as it happens, from the server’s start on, in whole minutes; percentiles are too long by 9% at the most. Counts are of jobs and children, not of arrays; they are kept with each change, nothing is counted. What an array’s stop is about to end is counted as it is until its row has followed.',
  GetArrayGroups:
    'Answers `groups`, the largest first: state, exitCode, reason, statusReason, count, indices as ranges (the first 50), `medianRan` in milliseconds, and of five groups an `example`: a child’s index and the last line of its log. One pass over the array’s rows.',
  'GetArrayGroupsRequest.states': 'SUCCEEDED and FAILED when absent.',
  'GetArrayGroupsRequest.by': '`REASON` (with the exit code; when absent), `EXIT_CODE` or `STATE`.',
  ExplainJob:
    'Answers `why` while the job waits (code, never, sentence, asks, position, what each environment says, `shortages`: consumable resources of which it is short, with their holders, waitsFor: the jobs it waits for, one behind the other), `pool`, `holders`, and `reservations`: the first jobs of queues for which room is kept; times in milliseconds.',
  RetryJobs:
    'Runs FAILED jobs again under the same ids, with one more attempt each, which may exceed the retry strategy’s: a job, a multi-node job whole, a child, or children of an array, which is PENDING again. What cancelled or terminated them is forgotten; what is not FAILED, or waits for what has not SUCCEEDED, is refused by its id. They count for who submitted them and for their queue, and are refused where those have enough. Answers `jobs`, how many go, and `left`: FAILED children that wait for what has not SUCCEEDED. Jobs that failed because this one did stay FAILED, unless `withDependents`.',
  'RetryJobsRequest.jobId': 'A job, an array or a child.',
  'RetryJobsRequest.states': '`FAILED` alone.',
  'RetryJobsRequest.exitCodes': 'Of an array: children that ended with one of these.',
  'RetryJobsRequest.indices': 'Of an array: these children; each must be FAILED.',
  'RetryJobsRequest.withDependents':
    'Also jobs that FAILED, before they began, because these had, and those that failed for them, 10,000 at most: they are PENDING and wait for them again. `dependents` in the answer says how many. Those that wait for another that stays FAILED stay too.',
  'RetryJobsRequest.changes':
    'What is otherwise from the next attempt on, for the jobs asked for alone. Not for multi-node jobs. Refused as SubmitJob would refuse it.',
  'RerunChanges.vcpus': 'A number as in `resourceRequirements`: `2`, `0.5`.',
  'RerunChanges.memory': 'MiB.',
  'RerunChanges.environment': 'Each takes the place of the variable of its name.',
  CheckAccess:
    'Whether a request by a user or a role would be allowed, and which statement decides. Asks what the request itself would ask, with what is known of its caller and resources now and from this machine; a condition on what a request says beside counts as without it. Answers `principal` (an ARN), `decision` (allow, explicitDeny, implicitDeny) and `answers`, one for each question up to the first no: `action`, `resource`, `decision`, and `policy` and `statement` where one decides, else `reason`. Without `definition` a SubmitJob is asked about its queue alone, and `notAsked` says so.',
  'CheckAccessRequest.name': 'A user, `role/NAME`, or the ARN of either, which is nobody else’s; `root`.',
  'CheckAccessRequest.definition': 'Of SubmitJob.',
  'CheckAccessRequest.resource':
    'An ARN, `*`, or the name or id of what the action is about first: of SubmitJob the queue. What lists or describes is asked about `*`, whatever is named.',
  ListLimits:
    'Answers `limits`: of each user, role and queue that has limits of its own `name` (as of setlimits), and those of `rate`, `burst` and `jobs` that it has.',
  SetLimits:
    'The limits of one user, role or queue, in place of all that it had of its own; with `name` alone it has none. A member that is not known, or that is null, is refused. In force for the next request; they go with it. A user’s or role’s `rate` is in place of that of `serve --rate`, its `jobs` in place of 1,000,000; a queue’s `jobs` is for all who submit to it, root too. Asks `longshore:SetLimits` about the user, role or queue.',
  'SetLimitsRequest.name': 'A user, `role/NAME` or `queue/NAME`.',
  'SetLimitsRequest.rate': 'Requests a second, such as `50/s`; of users and roles.',
  'SetLimitsRequest.burst': 'Requests at once after a rest; four times the rate when absent.',
  'SetLimitsRequest.jobs': 'Jobs that have not finished, an array’s children each.',
  StopJobs:
    'Stops jobs that wait or run, chosen by the members of searchjobs, of which one at least is needed; newest first, 1,000 a call at most, all with one commit. Answers `matched`, `stopped`, and a `nextToken` where there may be more. An array is stopped whole and counts as one. Each stop is what TerminateJob or CancelJob would be.',
  'StopJobsRequest.kind': '`TERMINATE` (when absent) or `CANCEL`, which reaches what waits alone.',
  'StopJobsRequest.reason': 'Why, shown as the reason of their end; here it chooses nothing.',
  'StopJobsRequest.exitCode': 'As of searchjobs of what has ended: with it, or `ended`, nothing is found.',
  'StopJobsRequest.states': 'Of those that are not final; all when absent.',
  'StopJobsRequest.expected':
    'How many are meant: when the number is another by more than 5%, nothing is stopped, and the refusal names the new one.',
  'StopJobsRequest.dryRun': 'Tells `matched` and stops nothing.',
  CancelJob:
    'Of a well-formed id that no job has: 200, as the service. A waiting job is FAILED when the answer is given; the service takes a moment. Of an array’s parent: children that run go on, but have no further attempt.',
  TerminateJob:
    'Of a well-formed id that no job has: 200, as the service. The last reason given while the job still runs is the one shown. SIGTERM, SIGKILL after 30 seconds. Of an array’s parent: every child that has not begun is FAILED from the answer on, in DescribeJobs, in lists and in the counts, though its row may follow a moment later; the parent ends with its last child.',
  RegisterJobDefinition:
    'A `logDriver` may be `none`, which the reference has not: with the docker engine nothing of what the job prints is kept.',
  SubmitJob:
    'Overrides of more than 8,192 bytes are taken, and their job is FAILED, as there; a request of 30 KiB or more is refused. No throttle. A job is visible to every request after the answer.',
  GetJobQueueSnapshot:
    'The first 100 jobs as they would start one after the other, a multi-node job as one; what those that start or run hold, in vCPUs, and of which shares. `earliestTimeAtPosition` is as exact as was seen: a place that a started job left counts from that start, another change from the first call that saw it; a restart begins anew. It is not before the end of the job’s last attempt or of the last job that it waited for, nor later than now, but for one made before the clock was set back. When a job was asked to run again (RetryJobs) is not kept: the end of its last attempt counts.',
  ListJobs: 'Newest first by order of submission; pages go by that order, so no job is shown twice.',
  DescribeJobs:
    'In the order asked. `statusReason` says why a job waits, with numbers, in PENDING and RUNNABLE; of what it waits for too, some jobs down the chain. A job that ends within a moment may go from STARTING to SUCCEEDED and is never seen RUNNING; it has its startedAt all the same. One that is stopped while it waits for its next attempt shows the times, exit code and reason of its last one, in lists too. A node whose job is to be tried again is RUNNABLE; one that had ended before its main node shows its end until then.',
  CreateComputeEnvironment:
    'VALID, or INVALID, when answered: nothing outside has to be waited for, so that CREATING is never shown. DISABLED is taken, as in 2018.',
  CreateJobQueue:
    'VALID when answered. Jobs that ask for the same are of one shape: of a queue in which more than 256 shapes wait, one look of the scheduler takes in the 128 oldest and 128 others in turn, so that a job further behind which would fit may start some seconds later; queues with many shapes share 256 of them, at least 16 each.',
  UpdateComputeEnvironment:
    'In force when answered. While jobs go on on instances of a former setup the environment is UPDATING and refuses an update, but for one of the state alone: new jobs can be stopped whatever runs.',
  CreateSchedulingPolicy: 'Ready when answered.',
  UpdateSchedulingPolicy:
    'Replaces the policy as a whole. With neither of the two members it changes nothing; a name in the place of an ARN is refused, here and in the others.',
  'CreateJobQueueRequest.schedulingPolicyArn':
    'Fair share: who has had least for its weight within the window is next, and what runs counts until its expected end. `statusReason` says how a share stands.',
  'UpdateJobQueueRequest.schedulingPolicyArn':
    'One can be replaced, not added or removed; an empty one changes nothing.',
  'FairsharePolicy.shareDecaySeconds': 'Less than 600 counts as 600; use decays in a straight line.',
  'FairsharePolicy.computeReservation':
    'Of the maxvCpus of the queue’s ENABLED and VALID environments. A job that is alone in its queue may have what is kept.',
  'ShareAttributes.weightFactor': 'Each share that begins with a prefix has the whole weight.',
  CreateConsumableResource: 'Ready when answered. At most 50,000 in an account.',
  UpdateConsumableResource:
    'In force when answered: what waits for tokens starts at once. A total below what is in use is taken; nothing starts until enough is free.',
  'UpdateConsumableResourceRequest.clientToken':
    'An update that was made by it within 8 hours is not made again, and answers the total as it is now; with another operation or quantity it is refused.',
  DeleteConsumableResource:
    'Refused while a job that has not ended asks for some of it; definitions do not hinder. A job that asked for it is not run again.',
  DescribeConsumableResource:
    'As of now. Of a NON_REPLENISHABLE one what jobs took is gone from the total, and nothing is in use.',
  ListConsumableResources: 'By name. Of several values of a filter one is to match.',
  ListJobsByConsumableResource:
    'Newest first; of an array itself and the children that have not ended. `quantity` is what the job asks for, of a multi-node job with its nodes; `createdAt` is the job’s. A page looks at 10,000 jobs at most: with a filter it may be short, or empty, and have a nextToken.',
  'ListJobsByConsumableResourceRequest.filters':
    'JOB_STATUS and JOB_NAME (capitals do not count, `x*`: those that begin so), all of them, of each any value. CONSUMABLE_RESOURCE_NAME does nothing.',
  'ConsumableResourceProperties.consumableResourceList':
    'Names or ARNs, which a job shows as ARNs. What it names must be there when a job is submitted. Tokens are held from STARTING until the job has ended, between attempts too.',
  UpdateJobQueue: 'In force when answered.',
  DeleteJobQueue:
    'A queue with jobs is DELETING until the last of them has ended. Those that have not begun are FAILED from the answer on. Until their rows have followed, a page of ListJobs looks at 10,000 of them for PENDING, SUBMITTED and FAILED: it may be short, or empty, and have a nextToken.',
  DeleteComputeEnvironment: 'Of a missing environment: 200, as the service.',
  'CreateComputeEnvironmentRequest.serviceRole': 'Kept: nothing is assumed with it.',
  'ComputeResource.maxvCpus':
    'Holds for the vCPUs of its instances; with another strategy than BEST_FIT the last one may pass it.',
  'ComputeResource.minvCpus': 'So many vCPUs of instances are kept, as far as the pool has them.',
  'ComputeResource.desiredvCpus':
    'What is wanted now: it goes by demand. A larger one at create is launched at once.',
  'ComputeResource.instanceTypes':
    'Instances of these types are cut from the pool of the host and given back.',
  'ComputeResource.bidPercentage':
    'The price of Spot follows the use of the pool, from 10% of on-demand on: a bid of 10 or less never wins, and statusReason says so. Above the bid instances are taken back. The two-minute warning is the status DRAINING of the container instance in ECS; jobs and their logs are not told.',
  'ComputeResource.type': 'EC2 and SPOT launch instances; FARGATE and FARGATE_SPOT cut a slice for each job.',
  'CreateJobQueueRequest.jobStateTimeLimitActions':
    'CANCEL ends the head of the queue that is blocked for so long; of jobs that can never run, which hold up no others here, the first of each kind counts as a head.',
  'RegisterJobDefinitionRequest.schedulingPriority': 'Counts within a share, in queues with a policy.',
  'SubmitJobRequest.shareIdentifier':
    '500 of a queue may have unfinished jobs, or use within the window, at a time.',
  'RegisterJobDefinitionRequest.propagateTags': PROPAGATED,
  'SubmitJobRequest.propagateTags': PROPAGATED,
  'ListJobsRequest.multiNodeJobId': 'Nodes are listed from RUNNABLE on, by index.',
  'RegisterJobDefinitionRequest.nodeProperties':
    'Nodes start together or not at all, in one MANAGED environment of type EC2. With Docker each attempt has a network of its own, where nodes have addresses and the names `node-0` and `JOBID-node-0`; processes share this host, and the main node is told as 127.0.0.1.',
  'NodeRangeProperty.instanceTypes': 'Kept: nodes are placed like any other job’s tasks.',
  'NodeOverrides.nodePropertyOverrides': 'Two for one node range are refused.',
  'NodePropertyOverride.instanceTypes': 'Kept: nodes are placed like any other job’s tasks.',
  'ListJobsRequest.filters':
    'JOB_NAME, JOB_DEFINITION, BEFORE_CREATED_AT, AFTER_CREATED_AT, SHARE_IDENTIFIER: a page costs what it shows, however many jobs stand between. Only where more than 10,000 names begin with a prefix, or a definition has more than 10,000 sets of overrides, a page looks at 10,000 jobs: it may be short, or empty, and have a nextToken.',
  'ComputeResource.allocationStrategy':
    'Decides whether the last instance may pass maxvCpus, and whether types are tried in the order of the list.',
  'ComputeResource.scalingPolicy': 'How long an idle instance stays.',
  ...kept('ComputeResource', HOST, [
    'imageId',
    'subnets',
    'securityGroupIds',
    'ec2KeyPair',
    'instanceRole',
    'tags',
    'placementGroup',
    'spotIamFleetRole',
    'capacityTags',
  ]),
  ...kept('ComputeResourceUpdate', HOST, [
    'subnets',
    'securityGroupIds',
    'ec2KeyPair',
    'instanceRole',
    'tags',
    'placementGroup',
    'imageId',
    'capacityTags',
  ]),
  'ComputeResource.launchTemplate': TEMPLATE,
  'ComputeResourceUpdate.launchTemplate': TEMPLATE,
  'ComputeResource.ec2Configuration': IMAGES,
  'ComputeResourceUpdate.ec2Configuration': IMAGES,
  'ComputeResourceUpdate.updateToLatestImageVersion': 'Ignored: there is no image to update.',
  ...kept('CreateComputeEnvironmentRequest', NOTHING, ['unmanagedvCpus', 'context', 'ecsSettings']),
  ...kept('UpdateComputeEnvironmentRequest', NOTHING, ['context', 'ecsSettings']),
  ...kept(
    'UpdateComputeEnvironmentRequest',
    'nothing follows from it here; refused between the service-linked role and another',
    ['serviceRole'],
  ),
  'ComputeResourceUpdate.type': 'Refused between EC2 or SPOT and FARGATE or FARGATE_SPOT.',
  ...kept(
    'UpdateComputeEnvironmentRequest',
    'nothing follows from it here; refused of a MANAGED environment',
    ['unmanagedvCpus'],
  ),
  'UpdateComputeEnvironmentRequest.computeResources': 'An UNMANAGED environment has none: refused there.',
  'ContainerOverrides.vcpus': 'A 0 beside a requirement of VCPU counts as absent.',
  'ContainerOverrides.memory': 'A 0 beside a requirement of MEMORY counts as absent.',
  'UpdateComputeEnvironmentRequest.updatePolicy': 'How long jobs on replaced instances may go on.',
  TagResource:
    'Of environments, queues, revisions of definitions, and jobs, finished ones too; of an array’s child or a node it is refused, as is a change to what is being deleted. The ARN in the path may be encoded or not.',
  'TagResourceRequest.tags':
    'Added to those there are, all or none: 50 in the end, also in creates. Illegal characters are a `BadRequestException`, as there, here in keys too; what begins with `aws:` is refused.',
  'UntagResourceRequest.tagKeys': '1 to 50; one that is not there is none to remove.',
  CancelJobs: STOPS,
  TerminateJobs: STOPS,
  'CancelJobsRequest.jobs': 'Ids or ARNs.',
  'TerminateJobsRequest.jobs': 'Ids or ARNs.',
  DescribeJobDefinitions:
    '`jobDefinitions`, `jobDefinitionName` and `status` together show what has them all. What a definition did not say is shown as the service shows it: empty lists, `parameters`, `tags`, `propagateTags`, of FARGATE the version of the platform, of a node range `instanceTypes`; `platformCapabilities` only where they were sent. A variable with an empty value is not shown; jobs have it.',
  'DescribeJobDefinitionsRequest.jobDefinitions':
    'A bare name means all its revisions; more than 1,000 have pages, with a token for the same list.',
  'ContainerOverrides.instanceType': 'Kept: instances are chosen for multi-node jobs only.',
  'DescribeLogGroupsRequest.accountIdentifiers': 'Ignored: there is one account.',
  'DescribeLogGroupsRequest.includeLinkedAccounts': 'Ignored: there is one account.',
  'DescribeLogGroupsRequest.logGroupClass': 'Ignored: all groups are STANDARD.',
  'FilterLogEventsRequest.filterPattern':
    'Terms, phrases, `-` and `?`, and conditions on members of JSON joined by `&&` and `||`, with a `*` at the end of a value. Patterns of columns (`[a, b]`), regular expressions (`%…%`), `IS NULL`, `NOT EXISTS`, other places of `*` and nested parentheses are refused.',
  'FilterLogEventsRequest.startFromHead': 'false is refused: events come oldest first.',
  'FilterLogEventsRequest.interleaved': 'Ignored, as the service does since 2019.',
  'FilterLogEventsRequest.unmask': 'Ignored: nothing is masked.',
  'GetLogEventsRequest.unmask': 'Ignored: nothing is masked.',
  DescribeClusters: 'The cluster of each environment; INACTIVE once that is deleted.',
  'DescribeClustersRequest.include':
    'STATISTICS, with who holds the pool under names of its own (`longshore…`), and SETTINGS; of the others there is nothing to tell.',
  DescribeContainerInstances: 'The instances of an environment; INACTIVE once terminated.',
  'DescribeContainerInstancesRequest.include': 'Ignored: there are no tags, and no health beside the status.',
  'ListContainerInstancesRequest.filter': 'Refused: the cluster query language is not here.',
  DescribeTasks: 'The attempts of jobs, for as long as the jobs are kept.',
  'DescribeTasksRequest.include': 'Ignored: no task has tags.',
  ListTasks: 'Stopped tasks of the last hour; a page of them may be empty and have a next one.',
  'ListTasksRequest.serviceName': 'No task belongs to a service: the answer is empty.',
  'ListTasksRequest.daemonName': 'No task belongs to a daemon: the answer is empty.',
  GetLogEvents:
    'Tokens do not expire. Names that cannot be are refused, as the model has them. Lines are joined as the job’s `awslogs-multiline-pattern` or `awslogs-datetime-format` says, without a line feed at the end.',
  FilterLogEvents:
    'In the order of time over up to 20 streams; beyond that stream by stream in the order of names, each in time.',
  DescribeLogStreams:
    'An attempt that never ran has no logStreamName, as there; its stream, by its task’s id, is here all the same and says why. LastEventTime is the end of the attempt, or its start while it runs.',
};
