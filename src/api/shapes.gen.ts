// Made by scripts/generate-shapes.ts. Do not edit: run `npm run shapes`.
import type { Model } from './model.ts';

export const BATCH: Model = {
 "operations": {
  "CancelJob": {
   "method": "POST",
   "path": "/v1/canceljob",
   "input": "CancelJobRequest",
   "output": "CancelJobResponse"
  },
  "CancelJobs": {
   "method": "POST",
   "path": "/v1/canceljobs",
   "input": "CancelJobsRequest",
   "output": "CancelJobsResponse"
  },
  "CreateComputeEnvironment": {
   "method": "POST",
   "path": "/v1/createcomputeenvironment",
   "input": "CreateComputeEnvironmentRequest",
   "output": "CreateComputeEnvironmentResponse"
  },
  "CreateConsumableResource": {
   "method": "POST",
   "path": "/v1/createconsumableresource",
   "input": "CreateConsumableResourceRequest",
   "output": "CreateConsumableResourceResponse"
  },
  "CreateJobQueue": {
   "method": "POST",
   "path": "/v1/createjobqueue",
   "input": "CreateJobQueueRequest",
   "output": "CreateJobQueueResponse"
  },
  "CreateQuotaShare": {
   "method": "POST",
   "path": "/v1/createquotashare",
   "input": "CreateQuotaShareRequest",
   "output": "CreateQuotaShareResponse"
  },
  "CreateSchedulingPolicy": {
   "method": "POST",
   "path": "/v1/createschedulingpolicy",
   "input": "CreateSchedulingPolicyRequest",
   "output": "CreateSchedulingPolicyResponse"
  },
  "CreateServiceEnvironment": {
   "method": "POST",
   "path": "/v1/createserviceenvironment",
   "input": "CreateServiceEnvironmentRequest",
   "output": "CreateServiceEnvironmentResponse"
  },
  "DeleteComputeEnvironment": {
   "method": "POST",
   "path": "/v1/deletecomputeenvironment",
   "input": "DeleteComputeEnvironmentRequest",
   "output": "DeleteComputeEnvironmentResponse"
  },
  "DeleteConsumableResource": {
   "method": "POST",
   "path": "/v1/deleteconsumableresource",
   "input": "DeleteConsumableResourceRequest",
   "output": "DeleteConsumableResourceResponse"
  },
  "DeleteJobQueue": {
   "method": "POST",
   "path": "/v1/deletejobqueue",
   "input": "DeleteJobQueueRequest",
   "output": "DeleteJobQueueResponse"
  },
  "DeleteQuotaShare": {
   "method": "POST",
   "path": "/v1/deletequotashare",
   "input": "DeleteQuotaShareRequest",
   "output": "DeleteQuotaShareResponse"
  },
  "DeleteSchedulingPolicy": {
   "method": "POST",
   "path": "/v1/deleteschedulingpolicy",
   "input": "DeleteSchedulingPolicyRequest",
   "output": "DeleteSchedulingPolicyResponse"
  },
  "DeleteServiceEnvironment": {
   "method": "POST",
   "path": "/v1/deleteserviceenvironment",
   "input": "DeleteServiceEnvironmentRequest",
   "output": "DeleteServiceEnvironmentResponse"
  },
  "DeregisterJobDefinition": {
   "method": "POST",
   "path": "/v1/deregisterjobdefinition",
   "input": "DeregisterJobDefinitionRequest",
   "output": "DeregisterJobDefinitionResponse"
  },
  "DescribeComputeEnvironments": {
   "method": "POST",
   "path": "/v1/describecomputeenvironments",
   "input": "DescribeComputeEnvironmentsRequest",
   "output": "DescribeComputeEnvironmentsResponse"
  },
  "DescribeConsumableResource": {
   "method": "POST",
   "path": "/v1/describeconsumableresource",
   "input": "DescribeConsumableResourceRequest",
   "output": "DescribeConsumableResourceResponse"
  },
  "DescribeJobDefinitions": {
   "method": "POST",
   "path": "/v1/describejobdefinitions",
   "input": "DescribeJobDefinitionsRequest",
   "output": "DescribeJobDefinitionsResponse"
  },
  "DescribeJobQueues": {
   "method": "POST",
   "path": "/v1/describejobqueues",
   "input": "DescribeJobQueuesRequest",
   "output": "DescribeJobQueuesResponse"
  },
  "DescribeJobs": {
   "method": "POST",
   "path": "/v1/describejobs",
   "input": "DescribeJobsRequest",
   "output": "DescribeJobsResponse"
  },
  "DescribeQuotaShare": {
   "method": "POST",
   "path": "/v1/describequotashare",
   "input": "DescribeQuotaShareRequest",
   "output": "DescribeQuotaShareResponse"
  },
  "DescribeSchedulingPolicies": {
   "method": "POST",
   "path": "/v1/describeschedulingpolicies",
   "input": "DescribeSchedulingPoliciesRequest",
   "output": "DescribeSchedulingPoliciesResponse"
  },
  "DescribeServiceEnvironments": {
   "method": "POST",
   "path": "/v1/describeserviceenvironments",
   "input": "DescribeServiceEnvironmentsRequest",
   "output": "DescribeServiceEnvironmentsResponse"
  },
  "DescribeServiceJob": {
   "method": "POST",
   "path": "/v1/describeservicejob",
   "input": "DescribeServiceJobRequest",
   "output": "DescribeServiceJobResponse"
  },
  "GetJobQueueSnapshot": {
   "method": "POST",
   "path": "/v1/getjobqueuesnapshot",
   "input": "GetJobQueueSnapshotRequest",
   "output": "GetJobQueueSnapshotResponse"
  },
  "ListConsumableResources": {
   "method": "POST",
   "path": "/v1/listconsumableresources",
   "input": "ListConsumableResourcesRequest",
   "output": "ListConsumableResourcesResponse"
  },
  "ListJobs": {
   "method": "POST",
   "path": "/v1/listjobs",
   "input": "ListJobsRequest",
   "output": "ListJobsResponse"
  },
  "ListJobsByConsumableResource": {
   "method": "POST",
   "path": "/v1/listjobsbyconsumableresource",
   "input": "ListJobsByConsumableResourceRequest",
   "output": "ListJobsByConsumableResourceResponse"
  },
  "ListQuotaShares": {
   "method": "POST",
   "path": "/v1/listquotashares",
   "input": "ListQuotaSharesRequest",
   "output": "ListQuotaSharesResponse"
  },
  "ListSchedulingPolicies": {
   "method": "POST",
   "path": "/v1/listschedulingpolicies",
   "input": "ListSchedulingPoliciesRequest",
   "output": "ListSchedulingPoliciesResponse"
  },
  "ListServiceJobs": {
   "method": "POST",
   "path": "/v1/listservicejobs",
   "input": "ListServiceJobsRequest",
   "output": "ListServiceJobsResponse"
  },
  "ListTagsForResource": {
   "method": "GET",
   "path": "/v1/tags/{resourceArn}",
   "input": "ListTagsForResourceRequest",
   "output": "ListTagsForResourceResponse"
  },
  "RegisterJobDefinition": {
   "method": "POST",
   "path": "/v1/registerjobdefinition",
   "input": "RegisterJobDefinitionRequest",
   "output": "RegisterJobDefinitionResponse"
  },
  "SubmitJob": {
   "method": "POST",
   "path": "/v1/submitjob",
   "input": "SubmitJobRequest",
   "output": "SubmitJobResponse"
  },
  "SubmitServiceJob": {
   "method": "POST",
   "path": "/v1/submitservicejob",
   "input": "SubmitServiceJobRequest",
   "output": "SubmitServiceJobResponse"
  },
  "TagResource": {
   "method": "POST",
   "path": "/v1/tags/{resourceArn}",
   "input": "TagResourceRequest",
   "output": "TagResourceResponse"
  },
  "TerminateJob": {
   "method": "POST",
   "path": "/v1/terminatejob",
   "input": "TerminateJobRequest",
   "output": "TerminateJobResponse"
  },
  "TerminateJobs": {
   "method": "POST",
   "path": "/v1/terminatejobs",
   "input": "TerminateJobsRequest",
   "output": "TerminateJobsResponse"
  },
  "TerminateServiceJob": {
   "method": "POST",
   "path": "/v1/terminateservicejob",
   "input": "TerminateServiceJobRequest",
   "output": "TerminateServiceJobResponse"
  },
  "TerminateServiceJobs": {
   "method": "POST",
   "path": "/v1/terminateservicejobs",
   "input": "TerminateServiceJobsRequest",
   "output": "TerminateServiceJobsResponse"
  },
  "UntagResource": {
   "method": "DELETE",
   "path": "/v1/tags/{resourceArn}",
   "input": "UntagResourceRequest",
   "output": "UntagResourceResponse"
  },
  "UpdateComputeEnvironment": {
   "method": "POST",
   "path": "/v1/updatecomputeenvironment",
   "input": "UpdateComputeEnvironmentRequest",
   "output": "UpdateComputeEnvironmentResponse"
  },
  "UpdateConsumableResource": {
   "method": "POST",
   "path": "/v1/updateconsumableresource",
   "input": "UpdateConsumableResourceRequest",
   "output": "UpdateConsumableResourceResponse"
  },
  "UpdateJobQueue": {
   "method": "POST",
   "path": "/v1/updatejobqueue",
   "input": "UpdateJobQueueRequest",
   "output": "UpdateJobQueueResponse"
  },
  "UpdateQuotaShare": {
   "method": "POST",
   "path": "/v1/updatequotashare",
   "input": "UpdateQuotaShareRequest",
   "output": "UpdateQuotaShareResponse"
  },
  "UpdateSchedulingPolicy": {
   "method": "POST",
   "path": "/v1/updateschedulingpolicy",
   "input": "UpdateSchedulingPolicyRequest",
   "output": "UpdateSchedulingPolicyResponse"
  },
  "UpdateServiceEnvironment": {
   "method": "POST",
   "path": "/v1/updateserviceenvironment",
   "input": "UpdateServiceEnvironmentRequest",
   "output": "UpdateServiceEnvironmentResponse"
  },
  "UpdateServiceJob": {
   "method": "POST",
   "path": "/v1/updateservicejob",
   "input": "UpdateServiceJobRequest",
   "output": "UpdateServiceJobResponse"
  }
 },
 "shapes": {
  "ArrayProperties": {
   "size": "i"
  },
  "ArrayPropertiesDetail": {
   "statusSummary": "{i",
   "statusSummaryLastUpdatedAt": "i",
   "size": "i",
   "index": "i"
  },
  "ArrayPropertiesSummary": {
   "size": "i",
   "index": "i",
   "statusSummary": "{i",
   "statusSummaryLastUpdatedAt": "i"
  },
  "AttemptContainerDetail": {
   "containerInstanceArn": "s",
   "taskArn": "s",
   "exitCode": "i",
   "reason": "s",
   "logStreamName": "s",
   "networkInterfaces": "[@NetworkInterface"
  },
  "AttemptDetail": {
   "container": "@AttemptContainerDetail",
   "startedAt": "i",
   "stoppedAt": "i",
   "statusReason": "s",
   "taskProperties": "[@AttemptEcsTaskDetails"
  },
  "AttemptEcsTaskDetails": {
   "containerInstanceArn": "s",
   "taskArn": "s",
   "containers": "[@AttemptTaskContainerDetails"
  },
  "AttemptTaskContainerDetails": {
   "exitCode": "i",
   "name": "s",
   "reason": "s",
   "logStreamName": "s",
   "networkInterfaces": "[@NetworkInterface"
  },
  "CancelJobRequest": {
   "jobId": "s!",
   "reason": "s!"
  },
  "CancelJobResponse": {},
  "CancelJobsErrorDetail": {
   "job": "s!",
   "code": "s!",
   "message": "s!"
  },
  "CancelJobsRequest": {
   "jobs": "[s!",
   "reason": "s!"
  },
  "CancelJobsResponse": {
   "successful": "[s!",
   "errors": "[@CancelJobsErrorDetail!"
  },
  "CapacityLimit": {
   "maxCapacity": "i",
   "capacityUnit": "s"
  },
  "CapacityReservationRequest": {
   "reservationGroupArn": "s",
   "reservationPreference": "s"
  },
  "ComputeEnvironmentDetail": {
   "computeEnvironmentName": "s!",
   "computeEnvironmentArn": "s!",
   "unmanagedvCpus": "i",
   "ecsClusterArn": "s",
   "tags": "{s",
   "type": "eCEType",
   "state": "eCEState",
   "status": "eCEStatus",
   "statusReason": "s",
   "computeResources": "@ComputeResource",
   "serviceRole": "s",
   "updatePolicy": "@UpdatePolicy",
   "eksConfiguration": "@EksConfiguration",
   "containerOrchestrationType": "eOrchestrationType",
   "uuid": "s",
   "context": "s",
   "ecsSettings": "@EcsSettings"
  },
  "ComputeEnvironmentOrder": {
   "order": "i!",
   "computeEnvironment": "s!"
  },
  "ComputeResource": {
   "type": "eCRType!",
   "maxvCpus": "i!",
   "allocationStrategy": "eCRAllocationStrategy",
   "minvCpus": "i",
   "desiredvCpus": "i",
   "instanceTypes": "[s",
   "imageId": "s",
   "subnets": "[s",
   "securityGroupIds": "[s",
   "ec2KeyPair": "s",
   "instanceRole": "s",
   "tags": "{s",
   "placementGroup": "s",
   "bidPercentage": "i",
   "spotIamFleetRole": "s",
   "launchTemplate": "@LaunchTemplateSpecification",
   "ec2Configuration": "[@Ec2Configuration",
   "scalingPolicy": "@ComputeScalingPolicy",
   "managedInstancesProvider": "@ManagedInstancesProvider",
   "capacityTags": "{s"
  },
  "ComputeResourceUpdate": {
   "minvCpus": "i",
   "maxvCpus": "i",
   "desiredvCpus": "i",
   "subnets": "[s",
   "securityGroupIds": "[s",
   "allocationStrategy": "eCRUpdateAllocationStrategy",
   "instanceTypes": "[s",
   "ec2KeyPair": "s",
   "instanceRole": "s",
   "tags": "{s",
   "placementGroup": "s",
   "bidPercentage": "i",
   "launchTemplate": "@LaunchTemplateSpecification",
   "ec2Configuration": "[@Ec2Configuration",
   "updateToLatestImageVersion": "b",
   "type": "eCRType",
   "imageId": "s",
   "scalingPolicy": "@ComputeScalingPolicy",
   "managedInstancesProvider": "@UpdateManagedInstancesProviderConfiguration",
   "capacityTags": "{s"
  },
  "ComputeScalingPolicy": {
   "minScaleDownDelayMinutes": "i"
  },
  "ConsumableResourceProperties": {
   "consumableResourceList": "[@ConsumableResourceRequirement"
  },
  "ConsumableResourceRequirement": {
   "consumableResource": "s",
   "quantity": "l"
  },
  "ConsumableResourceSummary": {
   "consumableResourceArn": "s!",
   "consumableResourceName": "s!",
   "totalQuantity": "i",
   "inUseQuantity": "i",
   "resourceType": "s"
  },
  "ContainerDetail": {
   "image": "s",
   "vcpus": "i",
   "memory": "i",
   "command": "[s",
   "jobRoleArn": "s",
   "executionRoleArn": "s",
   "volumes": "[@Volume",
   "environment": "[@KeyValuePair",
   "mountPoints": "[@MountPoint",
   "readonlyRootFilesystem": "b",
   "ulimits": "[@Ulimit",
   "privileged": "b",
   "user": "s",
   "exitCode": "i",
   "reason": "s",
   "containerInstanceArn": "s",
   "taskArn": "s",
   "logStreamName": "s",
   "instanceType": "s",
   "networkInterfaces": "[@NetworkInterface",
   "resourceRequirements": "[@ResourceRequirement",
   "linuxParameters": "@LinuxParameters",
   "logConfiguration": "@LogConfiguration",
   "secrets": "[@Secret",
   "networkConfiguration": "@NetworkConfiguration",
   "fargatePlatformConfiguration": "@FargatePlatformConfiguration",
   "ephemeralStorage": "@EphemeralStorage",
   "runtimePlatform": "@RuntimePlatform",
   "repositoryCredentials": "@RepositoryCredentials",
   "enableExecuteCommand": "b"
  },
  "ContainerOverrides": {
   "vcpus": "i",
   "memory": "i",
   "command": "[s",
   "instanceType": "s",
   "environment": "[@KeyValuePair",
   "resourceRequirements": "[@ResourceRequirement"
  },
  "ContainerProperties": {
   "image": "s",
   "vcpus": "i",
   "memory": "i",
   "command": "[s",
   "jobRoleArn": "s",
   "executionRoleArn": "s",
   "volumes": "[@Volume",
   "environment": "[@KeyValuePair",
   "mountPoints": "[@MountPoint",
   "readonlyRootFilesystem": "b",
   "privileged": "b",
   "ulimits": "[@Ulimit",
   "user": "s",
   "instanceType": "s",
   "resourceRequirements": "[@ResourceRequirement",
   "linuxParameters": "@LinuxParameters",
   "logConfiguration": "@LogConfiguration",
   "secrets": "[@Secret",
   "networkConfiguration": "@NetworkConfiguration",
   "fargatePlatformConfiguration": "@FargatePlatformConfiguration",
   "enableExecuteCommand": "b",
   "ephemeralStorage": "@EphemeralStorage",
   "runtimePlatform": "@RuntimePlatform",
   "repositoryCredentials": "@RepositoryCredentials"
  },
  "ContainerSummary": {
   "exitCode": "i",
   "reason": "s"
  },
  "CreateComputeEnvironmentRequest": {
   "computeEnvironmentName": "s!",
   "type": "eCEType!",
   "state": "eCEState",
   "unmanagedvCpus": "i",
   "computeResources": "@ComputeResource",
   "serviceRole": "s",
   "tags": "{s",
   "eksConfiguration": "@EksConfiguration",
   "context": "s",
   "ecsSettings": "@EcsSettings"
  },
  "CreateComputeEnvironmentResponse": {
   "computeEnvironmentName": "s",
   "computeEnvironmentArn": "s"
  },
  "CreateConsumableResourceRequest": {
   "consumableResourceName": "s!",
   "totalQuantity": "l",
   "resourceType": "s",
   "tags": "{s"
  },
  "CreateConsumableResourceResponse": {
   "consumableResourceName": "s!",
   "consumableResourceArn": "s!"
  },
  "CreateJobQueueRequest": {
   "jobQueueName": "s!",
   "priority": "i!",
   "state": "eJQState",
   "schedulingPolicyArn": "s",
   "computeEnvironmentOrder": "[@ComputeEnvironmentOrder",
   "serviceEnvironmentOrder": "[@ServiceEnvironmentOrder",
   "jobQueueType": "eJobQueueType",
   "tags": "{s",
   "jobStateTimeLimitActions": "[@JobStateTimeLimitAction"
  },
  "CreateJobQueueResponse": {
   "jobQueueName": "s!",
   "jobQueueArn": "s!"
  },
  "CreateQuotaShareRequest": {
   "quotaShareName": "s!",
   "jobQueue": "s!",
   "capacityLimits": "[@QuotaShareCapacityLimit!",
   "resourceSharingConfiguration": "@QuotaShareResourceSharingConfiguration!",
   "preemptionConfiguration": "@QuotaSharePreemptionConfiguration!",
   "state": "eQuotaShareState",
   "tags": "{s"
  },
  "CreateQuotaShareResponse": {
   "quotaShareName": "s",
   "quotaShareArn": "s"
  },
  "CreateSchedulingPolicyRequest": {
   "name": "s!",
   "quotaSharePolicy": "@QuotaSharePolicy",
   "fairsharePolicy": "@FairsharePolicy",
   "tags": "{s"
  },
  "CreateSchedulingPolicyResponse": {
   "name": "s!",
   "arn": "s!"
  },
  "CreateServiceEnvironmentRequest": {
   "serviceEnvironmentName": "s!",
   "serviceEnvironmentType": "eServiceEnvironmentType!",
   "capacityLimits": "[@CapacityLimit!",
   "state": "eServiceEnvironmentState",
   "tags": "{s"
  },
  "CreateServiceEnvironmentResponse": {
   "serviceEnvironmentName": "s!",
   "serviceEnvironmentArn": "s!"
  },
  "DeleteComputeEnvironmentRequest": {
   "computeEnvironment": "s!"
  },
  "DeleteComputeEnvironmentResponse": {},
  "DeleteConsumableResourceRequest": {
   "consumableResource": "s!"
  },
  "DeleteConsumableResourceResponse": {},
  "DeleteJobQueueRequest": {
   "jobQueue": "s!"
  },
  "DeleteJobQueueResponse": {},
  "DeleteQuotaShareRequest": {
   "quotaShareArn": "s!"
  },
  "DeleteQuotaShareResponse": {},
  "DeleteSchedulingPolicyRequest": {
   "arn": "s!"
  },
  "DeleteSchedulingPolicyResponse": {},
  "DeleteServiceEnvironmentRequest": {
   "serviceEnvironment": "s!"
  },
  "DeleteServiceEnvironmentResponse": {},
  "DeregisterJobDefinitionRequest": {
   "jobDefinition": "s!"
  },
  "DeregisterJobDefinitionResponse": {},
  "DescribeComputeEnvironmentsRequest": {
   "computeEnvironments": "[s",
   "maxResults": "i",
   "nextToken": "s"
  },
  "DescribeComputeEnvironmentsResponse": {
   "computeEnvironments": "[@ComputeEnvironmentDetail",
   "nextToken": "s"
  },
  "DescribeConsumableResourceRequest": {
   "consumableResource": "s!"
  },
  "DescribeConsumableResourceResponse": {
   "consumableResourceName": "s!",
   "consumableResourceArn": "s!",
   "totalQuantity": "i",
   "inUseQuantity": "i",
   "availableQuantity": "i",
   "resourceType": "s",
   "createdAt": "i",
   "tags": "{s"
  },
  "DescribeJobDefinitionsRequest": {
   "jobDefinitions": "[s",
   "maxResults": "i",
   "jobDefinitionName": "s",
   "status": "s",
   "nextToken": "s"
  },
  "DescribeJobDefinitionsResponse": {
   "jobDefinitions": "[@JobDefinition",
   "nextToken": "s"
  },
  "DescribeJobQueuesRequest": {
   "jobQueues": "[s",
   "maxResults": "i",
   "nextToken": "s"
  },
  "DescribeJobQueuesResponse": {
   "jobQueues": "[@JobQueueDetail",
   "nextToken": "s"
  },
  "DescribeJobsRequest": {
   "jobs": "[s!"
  },
  "DescribeJobsResponse": {
   "jobs": "[@JobDetail"
  },
  "DescribeQuotaShareRequest": {
   "quotaShareArn": "s!"
  },
  "DescribeQuotaShareResponse": {
   "quotaShareName": "s",
   "quotaShareArn": "s",
   "jobQueueArn": "s",
   "capacityLimits": "[@QuotaShareCapacityLimit",
   "resourceSharingConfiguration": "@QuotaShareResourceSharingConfiguration",
   "preemptionConfiguration": "@QuotaSharePreemptionConfiguration",
   "state": "eQuotaShareState",
   "status": "eQuotaShareStatus",
   "tags": "{s"
  },
  "DescribeSchedulingPoliciesRequest": {
   "arns": "[s!"
  },
  "DescribeSchedulingPoliciesResponse": {
   "schedulingPolicies": "[@SchedulingPolicyDetail"
  },
  "DescribeServiceEnvironmentsRequest": {
   "serviceEnvironments": "[s",
   "maxResults": "i",
   "nextToken": "s"
  },
  "DescribeServiceEnvironmentsResponse": {
   "serviceEnvironments": "[@ServiceEnvironmentDetail",
   "nextToken": "s"
  },
  "DescribeServiceJobRequest": {
   "jobId": "s!"
  },
  "DescribeServiceJobResponse": {
   "jobId": "s!",
   "jobName": "s!",
   "jobQueue": "s!",
   "serviceJobType": "eServiceJobType!",
   "startedAt": "i!",
   "status": "eServiceJobStatus!",
   "attempts": "[@ServiceJobAttemptDetail",
   "capacityUsage": "[@ServiceJobCapacityUsageDetail",
   "createdAt": "i",
   "isTerminated": "b",
   "jobArn": "s",
   "latestAttempt": "@LatestServiceJobAttempt",
   "retryStrategy": "@ServiceJobRetryStrategy",
   "scheduledAt": "i",
   "schedulingPriority": "i",
   "serviceRequestPayload": "s",
   "shareIdentifier": "s",
   "quotaShareName": "s",
   "preemptionConfiguration": "@ServiceJobPreemptionConfiguration",
   "preemptionSummary": "@ServiceJobPreemptionSummary",
   "statusReason": "s",
   "stoppedAt": "i",
   "tags": "{s",
   "timeoutConfig": "@ServiceJobTimeout"
  },
  "Device": {
   "hostPath": "s!",
   "containerPath": "s",
   "permissions": "[eDeviceCgroupPermission"
  },
  "EFSAuthorizationConfig": {
   "accessPointId": "s",
   "iam": "eEFSAuthorizationConfigIAM"
  },
  "EFSVolumeConfiguration": {
   "fileSystemId": "s!",
   "rootDirectory": "s",
   "transitEncryption": "eEFSTransitEncryption",
   "transitEncryptionPort": "i",
   "authorizationConfig": "@EFSAuthorizationConfig"
  },
  "Ec2Configuration": {
   "imageType": "s!",
   "imageIdOverride": "s",
   "batchImageStatus": "s",
   "imageKubernetesVersion": "s"
  },
  "EcsProperties": {
   "taskProperties": "[@EcsTaskProperties!"
  },
  "EcsPropertiesDetail": {
   "taskProperties": "[@EcsTaskDetails"
  },
  "EcsPropertiesOverride": {
   "taskProperties": "[@TaskPropertiesOverride"
  },
  "EcsSettings": {
   "containerInsights": "eContainerInsights"
  },
  "EcsTaskDetails": {
   "containers": "[@TaskContainerDetails",
   "containerInstanceArn": "s",
   "taskArn": "s",
   "ephemeralStorage": "@EphemeralStorage",
   "executionRoleArn": "s",
   "platformVersion": "s",
   "ipcMode": "s",
   "taskRoleArn": "s",
   "pidMode": "s",
   "networkConfiguration": "@NetworkConfiguration",
   "runtimePlatform": "@RuntimePlatform",
   "volumes": "[@Volume",
   "enableExecuteCommand": "b",
   "networkMode": "s"
  },
  "EcsTaskProperties": {
   "containers": "[@TaskContainerProperties!",
   "ephemeralStorage": "@EphemeralStorage",
   "executionRoleArn": "s",
   "platformVersion": "s",
   "ipcMode": "s",
   "taskRoleArn": "s",
   "pidMode": "s",
   "networkConfiguration": "@NetworkConfiguration",
   "runtimePlatform": "@RuntimePlatform",
   "volumes": "[@Volume",
   "enableExecuteCommand": "b",
   "networkMode": "s"
  },
  "EksAttemptContainerDetail": {
   "name": "s",
   "containerID": "s",
   "exitCode": "i",
   "reason": "s"
  },
  "EksAttemptDetail": {
   "containers": "[@EksAttemptContainerDetail",
   "initContainers": "[@EksAttemptContainerDetail",
   "eksClusterArn": "s",
   "podName": "s",
   "podNamespace": "s",
   "nodeName": "s",
   "startedAt": "i",
   "stoppedAt": "i",
   "statusReason": "s"
  },
  "EksConfiguration": {
   "eksClusterArn": "s!",
   "kubernetesNamespace": "s!"
  },
  "EksContainer": {
   "image": "s!",
   "name": "s",
   "imagePullPolicy": "s",
   "command": "[s",
   "args": "[s",
   "env": "[@EksContainerEnvironmentVariable",
   "resources": "@EksContainerResourceRequirements",
   "volumeMounts": "[@EksContainerVolumeMount",
   "securityContext": "@EksContainerSecurityContext"
  },
  "EksContainerDetail": {
   "name": "s",
   "image": "s",
   "imagePullPolicy": "s",
   "command": "[s",
   "args": "[s",
   "env": "[@EksContainerEnvironmentVariable",
   "resources": "@EksContainerResourceRequirements",
   "exitCode": "i",
   "reason": "s",
   "volumeMounts": "[@EksContainerVolumeMount",
   "securityContext": "@EksContainerSecurityContext"
  },
  "EksContainerEnvironmentVariable": {
   "name": "s!",
   "value": "s"
  },
  "EksContainerOverride": {
   "name": "s",
   "image": "s",
   "command": "[s",
   "args": "[s",
   "env": "[@EksContainerEnvironmentVariable",
   "resources": "@EksContainerResourceRequirements"
  },
  "EksContainerResourceRequirements": {
   "limits": "{s",
   "requests": "{s"
  },
  "EksContainerSecurityContext": {
   "runAsUser": "i",
   "runAsGroup": "i",
   "privileged": "b",
   "allowPrivilegeEscalation": "b",
   "readOnlyRootFilesystem": "b",
   "runAsNonRoot": "b"
  },
  "EksContainerVolumeMount": {
   "name": "s",
   "mountPath": "s",
   "subPath": "s",
   "readOnly": "b"
  },
  "EksEmptyDir": {
   "medium": "s",
   "sizeLimit": "s"
  },
  "EksHostPath": {
   "path": "s"
  },
  "EksMetadata": {
   "labels": "{s",
   "annotations": "{s",
   "namespace": "s"
  },
  "EksPersistentVolumeClaim": {
   "claimName": "s!",
   "readOnly": "b"
  },
  "EksPodProperties": {
   "serviceAccountName": "s",
   "hostNetwork": "b",
   "dnsPolicy": "s",
   "imagePullSecrets": "[@ImagePullSecret",
   "containers": "[@EksContainer",
   "initContainers": "[@EksContainer",
   "volumes": "[@EksVolume",
   "metadata": "@EksMetadata",
   "shareProcessNamespace": "b"
  },
  "EksPodPropertiesDetail": {
   "serviceAccountName": "s",
   "hostNetwork": "b",
   "dnsPolicy": "s",
   "imagePullSecrets": "[@ImagePullSecret",
   "containers": "[@EksContainerDetail",
   "initContainers": "[@EksContainerDetail",
   "volumes": "[@EksVolume",
   "podName": "s",
   "nodeName": "s",
   "metadata": "@EksMetadata",
   "shareProcessNamespace": "b"
  },
  "EksPodPropertiesOverride": {
   "containers": "[@EksContainerOverride",
   "initContainers": "[@EksContainerOverride",
   "metadata": "@EksMetadata"
  },
  "EksProperties": {
   "podProperties": "@EksPodProperties"
  },
  "EksPropertiesDetail": {
   "podProperties": "@EksPodPropertiesDetail"
  },
  "EksPropertiesOverride": {
   "podProperties": "@EksPodPropertiesOverride"
  },
  "EksSecret": {
   "secretName": "s!",
   "optional": "b"
  },
  "EksVolume": {
   "name": "s!",
   "hostPath": "@EksHostPath",
   "emptyDir": "@EksEmptyDir",
   "secret": "@EksSecret",
   "persistentVolumeClaim": "@EksPersistentVolumeClaim"
  },
  "EphemeralStorage": {
   "sizeInGiB": "i!"
  },
  "EvaluateOnExit": {
   "action": "eRetryAction!",
   "onStatusReason": "s",
   "onReason": "s",
   "onExitCode": "s"
  },
  "FairshareCapacityUsage": {
   "capacityUnit": "s",
   "quantity": "i"
  },
  "FairshareCapacityUtilization": {
   "shareIdentifier": "s",
   "capacityUsage": "[@FairshareCapacityUsage"
  },
  "FairsharePolicy": {
   "shareDecaySeconds": "i",
   "computeReservation": "i",
   "shareDistribution": "[@ShareAttributes"
  },
  "FairshareUtilizationDetail": {
   "activeShareCount": "i",
   "topCapacityUtilization": "[@FairshareCapacityUtilization"
  },
  "FargatePlatformConfiguration": {
   "platformVersion": "s"
  },
  "FirelensConfiguration": {
   "type": "eFirelensConfigurationType!",
   "options": "{s"
  },
  "FrontOfQueueDetail": {
   "jobs": "[@FrontOfQueueJobSummary",
   "lastUpdatedAt": "i"
  },
  "FrontOfQueueJobSummary": {
   "jobArn": "s",
   "earliestTimeAtPosition": "i"
  },
  "FrontOfQuotaShareJobSummary": {
   "jobArn": "s",
   "earliestTimeAtPosition": "i"
  },
  "FrontOfQuotaSharesDetail": {
   "quotaShares": "{[@FrontOfQuotaShareJobSummary",
   "lastUpdatedAt": "i"
  },
  "GetJobQueueSnapshotRequest": {
   "jobQueue": "s!"
  },
  "GetJobQueueSnapshotResponse": {
   "frontOfQueue": "@FrontOfQueueDetail",
   "frontOfQuotaShares": "@FrontOfQuotaSharesDetail",
   "queueUtilization": "@QueueSnapshotUtilizationDetail"
  },
  "Host": {
   "sourcePath": "s"
  },
  "ImagePullSecret": {
   "name": "s!"
  },
  "InfrastructureOptimization": {
   "scaleInAfter": "i"
  },
  "InstanceLaunchTemplate": {
   "ec2InstanceProfileArn": "s!",
   "networkConfiguration": "@ManagedInstancesNetworkConfiguration!",
   "instanceRequirements": "@InstanceRequirementsRequest",
   "capacityOptionType": "s",
   "storageConfiguration": "@ManagedInstancesStorageConfiguration",
   "monitoring": "s",
   "fipsEnabled": "b",
   "capacityReservations": "@CapacityReservationRequest",
   "instanceMetadataTagsPropagation": "b",
   "localStorageConfiguration": "@ManagedInstancesLocalStorageConfiguration"
  },
  "InstanceLaunchTemplateUpdate": {
   "ec2InstanceProfileArn": "s",
   "networkConfiguration": "@ManagedInstancesNetworkConfiguration",
   "instanceRequirements": "@InstanceRequirementsRequest",
   "storageConfiguration": "@ManagedInstancesStorageConfiguration",
   "monitoring": "s",
   "capacityReservations": "@CapacityReservationRequest",
   "instanceMetadataTagsPropagation": "b",
   "localStorageConfiguration": "@ManagedInstancesLocalStorageConfiguration"
  },
  "InstanceRequirementsRequest": {
   "allowedInstanceTypes": "[s"
  },
  "JobCapacityUsageSummary": {
   "capacityUnit": "s",
   "quantity": "i"
  },
  "JobDefinition": {
   "jobDefinitionName": "s!",
   "jobDefinitionArn": "s!",
   "revision": "i!",
   "type": "s!",
   "status": "s",
   "schedulingPriority": "i",
   "parameters": "{s",
   "retryStrategy": "@RetryStrategy",
   "containerProperties": "@ContainerProperties",
   "timeout": "@JobTimeout",
   "nodeProperties": "@NodeProperties",
   "tags": "{s",
   "propagateTags": "b",
   "platformCapabilities": "[ePlatformCapability",
   "ecsProperties": "@EcsProperties",
   "eksProperties": "@EksProperties",
   "containerOrchestrationType": "eOrchestrationType",
   "consumableResourceProperties": "@ConsumableResourceProperties"
  },
  "JobDependency": {
   "jobId": "s",
   "type": "eArrayJobDependency"
  },
  "JobDetail": {
   "jobName": "s!",
   "jobId": "s!",
   "jobQueue": "s!",
   "status": "eJobStatus!",
   "startedAt": "i!",
   "jobDefinition": "s!",
   "jobArn": "s",
   "shareIdentifier": "s",
   "schedulingPriority": "i",
   "attempts": "[@AttemptDetail",
   "statusReason": "s",
   "createdAt": "i",
   "retryStrategy": "@RetryStrategy",
   "stoppedAt": "i",
   "dependsOn": "[@JobDependency",
   "parameters": "{s",
   "container": "@ContainerDetail",
   "nodeDetails": "@NodeDetails",
   "nodeProperties": "@NodeProperties",
   "arrayProperties": "@ArrayPropertiesDetail",
   "timeout": "@JobTimeout",
   "tags": "{s",
   "propagateTags": "b",
   "platformCapabilities": "[ePlatformCapability",
   "eksProperties": "@EksPropertiesDetail",
   "eksAttempts": "[@EksAttemptDetail",
   "ecsProperties": "@EcsPropertiesDetail",
   "isCancelled": "b",
   "isTerminated": "b",
   "consumableResourceProperties": "@ConsumableResourceProperties"
  },
  "JobQueueDetail": {
   "jobQueueName": "s!",
   "jobQueueArn": "s!",
   "state": "eJQState!",
   "priority": "i!",
   "computeEnvironmentOrder": "[@ComputeEnvironmentOrder!",
   "schedulingPolicyArn": "s",
   "status": "eJQStatus",
   "statusReason": "s",
   "serviceEnvironmentOrder": "[@ServiceEnvironmentOrder",
   "jobQueueType": "eJobQueueType",
   "tags": "{s",
   "jobStateTimeLimitActions": "[@JobStateTimeLimitAction"
  },
  "JobStateTimeLimitAction": {
   "reason": "s!",
   "state": "eJobStateTimeLimitActionsState!",
   "maxTimeSeconds": "i!",
   "action": "eJobStateTimeLimitActionsAction!"
  },
  "JobSummary": {
   "jobId": "s!",
   "jobName": "s!",
   "jobArn": "s",
   "capacityUsage": "[@JobCapacityUsageSummary",
   "createdAt": "i",
   "scheduledAt": "i",
   "shareIdentifier": "s",
   "status": "eJobStatus",
   "statusReason": "s",
   "startedAt": "i",
   "stoppedAt": "i",
   "container": "@ContainerSummary",
   "arrayProperties": "@ArrayPropertiesSummary",
   "nodeProperties": "@NodePropertiesSummary",
   "jobDefinition": "s",
   "isCancelled": "b",
   "isTerminated": "b"
  },
  "JobTimeout": {
   "attemptDurationSeconds": "i"
  },
  "KeyValuePair": {
   "name": "s",
   "value": "s"
  },
  "KeyValuesPair": {
   "name": "s",
   "values": "[s"
  },
  "LatestServiceJobAttempt": {
   "serviceResourceId": "@ServiceResourceId"
  },
  "LaunchTemplateSpecification": {
   "launchTemplateId": "s",
   "launchTemplateName": "s",
   "version": "s",
   "overrides": "[@LaunchTemplateSpecificationOverride",
   "userdataType": "eUserdataType"
  },
  "LaunchTemplateSpecificationOverride": {
   "launchTemplateId": "s",
   "launchTemplateName": "s",
   "version": "s",
   "targetInstanceTypes": "[s",
   "userdataType": "eUserdataType"
  },
  "LinuxParameters": {
   "devices": "[@Device",
   "initProcessEnabled": "b",
   "sharedMemorySize": "i",
   "tmpfs": "[@Tmpfs",
   "maxSwap": "i",
   "swappiness": "i"
  },
  "ListConsumableResourcesRequest": {
   "filters": "[@KeyValuesPair",
   "maxResults": "i",
   "nextToken": "s"
  },
  "ListConsumableResourcesResponse": {
   "consumableResources": "[@ConsumableResourceSummary!",
   "nextToken": "s"
  },
  "ListJobsByConsumableResourceRequest": {
   "consumableResource": "s!",
   "filters": "[@KeyValuesPair",
   "maxResults": "i",
   "nextToken": "s"
  },
  "ListJobsByConsumableResourceResponse": {
   "jobs": "[@ListJobsByConsumableResourceSummary!",
   "nextToken": "s"
  },
  "ListJobsByConsumableResourceSummary": {
   "jobArn": "s!",
   "jobQueueArn": "s!",
   "jobName": "s!",
   "jobStatus": "s!",
   "quantity": "i!",
   "createdAt": "i!",
   "consumableResourceProperties": "@ConsumableResourceProperties!",
   "jobDefinitionArn": "s",
   "shareIdentifier": "s",
   "statusReason": "s",
   "startedAt": "i"
  },
  "ListJobsRequest": {
   "jobQueue": "s",
   "arrayJobId": "s",
   "multiNodeJobId": "s",
   "jobStatus": "eJobStatus",
   "maxResults": "i",
   "nextToken": "s",
   "filters": "[@KeyValuesPair"
  },
  "ListJobsResponse": {
   "jobSummaryList": "[@JobSummary!",
   "nextToken": "s"
  },
  "ListQuotaSharesRequest": {
   "jobQueue": "s!",
   "maxResults": "i",
   "nextToken": "s"
  },
  "ListQuotaSharesResponse": {
   "quotaShares": "[@QuotaShareDetail",
   "nextToken": "s"
  },
  "ListSchedulingPoliciesRequest": {
   "maxResults": "i",
   "nextToken": "s"
  },
  "ListSchedulingPoliciesResponse": {
   "schedulingPolicies": "[@SchedulingPolicyListingDetail",
   "nextToken": "s"
  },
  "ListServiceJobsRequest": {
   "jobQueue": "s",
   "jobStatus": "eServiceJobStatus",
   "maxResults": "i",
   "nextToken": "s",
   "filters": "[@KeyValuesPair"
  },
  "ListServiceJobsResponse": {
   "jobSummaryList": "[@ServiceJobSummary!",
   "nextToken": "s"
  },
  "ListTagsForResourceRequest": {
   "resourceArn": "s!"
  },
  "ListTagsForResourceResponse": {
   "tags": "{s"
  },
  "LogConfiguration": {
   "logDriver": "eLogDriver!",
   "options": "{s",
   "secretOptions": "[@Secret"
  },
  "ManagedInstancesLocalStorageConfiguration": {
   "useLocalStorage": "b"
  },
  "ManagedInstancesNetworkConfiguration": {
   "subnets": "[s!",
   "securityGroups": "[s!"
  },
  "ManagedInstancesProvider": {
   "infrastructureRoleArn": "s!",
   "instanceLaunchTemplate": "@InstanceLaunchTemplate!",
   "propagateTags": "s",
   "infrastructureOptimization": "@InfrastructureOptimization"
  },
  "ManagedInstancesStorageConfiguration": {
   "storageSizeGiB": "i"
  },
  "MountPoint": {
   "containerPath": "s",
   "readOnly": "b",
   "sourceVolume": "s"
  },
  "NetworkConfiguration": {
   "assignPublicIp": "eAssignPublicIp"
  },
  "NetworkInterface": {
   "attachmentId": "s",
   "ipv6Address": "s",
   "privateIpv4Address": "s"
  },
  "NodeDetails": {
   "nodeIndex": "i",
   "isMainNode": "b"
  },
  "NodeOverrides": {
   "numNodes": "i",
   "nodePropertyOverrides": "[@NodePropertyOverride"
  },
  "NodeProperties": {
   "numNodes": "i!",
   "mainNode": "i!",
   "nodeRangeProperties": "[@NodeRangeProperty!"
  },
  "NodePropertiesSummary": {
   "isMainNode": "b",
   "numNodes": "i",
   "nodeIndex": "i"
  },
  "NodePropertyOverride": {
   "targetNodes": "s!",
   "containerOverrides": "@ContainerOverrides",
   "ecsPropertiesOverride": "@EcsPropertiesOverride",
   "instanceTypes": "[s",
   "eksPropertiesOverride": "@EksPropertiesOverride",
   "consumableResourcePropertiesOverride": "@ConsumableResourceProperties"
  },
  "NodeRangeProperty": {
   "targetNodes": "s!",
   "container": "@ContainerProperties",
   "instanceTypes": "[s",
   "ecsProperties": "@EcsProperties",
   "eksProperties": "@EksProperties",
   "consumableResourceProperties": "@ConsumableResourceProperties"
  },
  "QueueSnapshotCapacityUsage": {
   "capacityUnit": "s",
   "quantity": "i"
  },
  "QueueSnapshotUtilizationDetail": {
   "totalCapacityUsage": "[@QueueSnapshotCapacityUsage",
   "fairshareUtilization": "@FairshareUtilizationDetail",
   "quotaShareUtilization": "@QuotaShareUtilizationDetail",
   "lastUpdatedAt": "i"
  },
  "QuotaShareCapacityLimit": {
   "maxCapacity": "i!",
   "capacityUnit": "s!"
  },
  "QuotaShareCapacityUsage": {
   "capacityUnit": "s",
   "quantity": "i"
  },
  "QuotaShareCapacityUtilization": {
   "quotaShareName": "s",
   "capacityUsage": "[@QuotaShareCapacityUsage"
  },
  "QuotaShareDetail": {
   "quotaShareName": "s",
   "quotaShareArn": "s",
   "jobQueueArn": "s",
   "capacityLimits": "[@QuotaShareCapacityLimit",
   "resourceSharingConfiguration": "@QuotaShareResourceSharingConfiguration",
   "preemptionConfiguration": "@QuotaSharePreemptionConfiguration",
   "state": "eQuotaShareState",
   "status": "eQuotaShareStatus"
  },
  "QuotaSharePolicy": {
   "idleResourceAssignmentStrategy": "eQuotaShareIdleResourceAssignmentStrategy!"
  },
  "QuotaSharePreemptionConfiguration": {
   "inSharePreemption": "eQuotaShareInSharePreemptionState!"
  },
  "QuotaShareResourceSharingConfiguration": {
   "strategy": "eQuotaShareResourceSharingStrategy!",
   "borrowLimit": "i"
  },
  "QuotaShareUtilizationDetail": {
   "topCapacityUtilization": "[@QuotaShareCapacityUtilization"
  },
  "RegisterJobDefinitionRequest": {
   "jobDefinitionName": "s!",
   "type": "eJobDefinitionType!",
   "parameters": "{s",
   "schedulingPriority": "i",
   "containerProperties": "@ContainerProperties",
   "nodeProperties": "@NodeProperties",
   "retryStrategy": "@RetryStrategy",
   "propagateTags": "b",
   "timeout": "@JobTimeout",
   "tags": "{s",
   "platformCapabilities": "[ePlatformCapability",
   "eksProperties": "@EksProperties",
   "ecsProperties": "@EcsProperties",
   "consumableResourceProperties": "@ConsumableResourceProperties"
  },
  "RegisterJobDefinitionResponse": {
   "jobDefinitionName": "s!",
   "jobDefinitionArn": "s!",
   "revision": "i!"
  },
  "RepositoryCredentials": {
   "credentialsParameter": "s!"
  },
  "ResourceRequirement": {
   "value": "s!",
   "type": "eResourceType!"
  },
  "RetryStrategy": {
   "attempts": "i",
   "evaluateOnExit": "[@EvaluateOnExit"
  },
  "RuntimePlatform": {
   "operatingSystemFamily": "s",
   "cpuArchitecture": "s"
  },
  "S3FilesVolumeConfiguration": {
   "fileSystemArn": "s!",
   "rootDirectory": "s",
   "transitEncryptionPort": "i",
   "accessPointArn": "s"
  },
  "SchedulingPolicyDetail": {
   "name": "s!",
   "arn": "s!",
   "quotaSharePolicy": "@QuotaSharePolicy",
   "fairsharePolicy": "@FairsharePolicy",
   "tags": "{s"
  },
  "SchedulingPolicyListingDetail": {
   "arn": "s!"
  },
  "Secret": {
   "name": "s!",
   "valueFrom": "s!"
  },
  "ServiceEnvironmentDetail": {
   "serviceEnvironmentName": "s!",
   "serviceEnvironmentArn": "s!",
   "serviceEnvironmentType": "eServiceEnvironmentType!",
   "capacityLimits": "[@CapacityLimit!",
   "state": "eServiceEnvironmentState",
   "status": "eServiceEnvironmentStatus",
   "tags": "{s"
  },
  "ServiceEnvironmentOrder": {
   "order": "i!",
   "serviceEnvironment": "s!"
  },
  "ServiceJobAttemptDetail": {
   "serviceResourceId": "@ServiceResourceId",
   "startedAt": "i",
   "stoppedAt": "i",
   "statusReason": "s"
  },
  "ServiceJobCapacityUsageDetail": {
   "capacityUnit": "s",
   "quantity": "i"
  },
  "ServiceJobCapacityUsageSummary": {
   "capacityUnit": "s",
   "quantity": "i"
  },
  "ServiceJobEvaluateOnExit": {
   "action": "eServiceJobRetryAction",
   "onStatusReason": "s"
  },
  "ServiceJobPreemptedAttempt": {
   "serviceResourceId": "@ServiceResourceId",
   "startedAt": "i",
   "stoppedAt": "i",
   "statusReason": "s"
  },
  "ServiceJobPreemptionConfiguration": {
   "preemptionRetriesBeforeTermination": "i"
  },
  "ServiceJobPreemptionSummary": {
   "preemptedAttemptCount": "i",
   "recentPreemptedAttempts": "[@ServiceJobPreemptedAttempt"
  },
  "ServiceJobRetryStrategy": {
   "attempts": "i!",
   "evaluateOnExit": "[@ServiceJobEvaluateOnExit"
  },
  "ServiceJobSummary": {
   "jobId": "s!",
   "jobName": "s!",
   "serviceJobType": "eServiceJobType!",
   "latestAttempt": "@LatestServiceJobAttempt",
   "capacityUsage": "[@ServiceJobCapacityUsageSummary",
   "createdAt": "i",
   "jobArn": "s",
   "scheduledAt": "i",
   "shareIdentifier": "s",
   "quotaShareName": "s",
   "status": "eServiceJobStatus",
   "statusReason": "s",
   "startedAt": "i",
   "stoppedAt": "i",
   "isTerminated": "b"
  },
  "ServiceJobTimeout": {
   "attemptDurationSeconds": "i"
  },
  "ServiceResourceId": {
   "name": "eServiceResourceIdName!",
   "value": "s!"
  },
  "ShareAttributes": {
   "shareIdentifier": "s!",
   "weightFactor": "f"
  },
  "SubmitJobRequest": {
   "jobName": "s!",
   "jobQueue": "s!",
   "jobDefinition": "s!",
   "shareIdentifier": "s",
   "schedulingPriorityOverride": "i",
   "arrayProperties": "@ArrayProperties",
   "dependsOn": "[@JobDependency",
   "parameters": "{s",
   "containerOverrides": "@ContainerOverrides",
   "nodeOverrides": "@NodeOverrides",
   "retryStrategy": "@RetryStrategy",
   "propagateTags": "b",
   "timeout": "@JobTimeout",
   "tags": "{s",
   "eksPropertiesOverride": "@EksPropertiesOverride",
   "ecsPropertiesOverride": "@EcsPropertiesOverride",
   "consumableResourcePropertiesOverride": "@ConsumableResourceProperties"
  },
  "SubmitJobResponse": {
   "jobName": "s!",
   "jobId": "s!",
   "jobArn": "s"
  },
  "SubmitServiceJobRequest": {
   "jobName": "s!",
   "jobQueue": "s!",
   "serviceRequestPayload": "s!",
   "serviceJobType": "eServiceJobType!",
   "retryStrategy": "@ServiceJobRetryStrategy",
   "schedulingPriority": "i",
   "shareIdentifier": "s",
   "quotaShareName": "s",
   "preemptionConfiguration": "@ServiceJobPreemptionConfiguration",
   "timeoutConfig": "@ServiceJobTimeout",
   "tags": "{s",
   "clientToken": "s"
  },
  "SubmitServiceJobResponse": {
   "jobName": "s!",
   "jobId": "s!",
   "jobArn": "s"
  },
  "TagResourceRequest": {
   "resourceArn": "s!",
   "tags": "{s!"
  },
  "TagResourceResponse": {},
  "TaskContainerDependency": {
   "containerName": "s",
   "condition": "s"
  },
  "TaskContainerDetails": {
   "command": "[s",
   "dependsOn": "[@TaskContainerDependency",
   "environment": "[@KeyValuePair",
   "essential": "b",
   "firelensConfiguration": "@FirelensConfiguration",
   "image": "s",
   "linuxParameters": "@LinuxParameters",
   "logConfiguration": "@LogConfiguration",
   "mountPoints": "[@MountPoint",
   "name": "s",
   "privileged": "b",
   "readonlyRootFilesystem": "b",
   "repositoryCredentials": "@RepositoryCredentials",
   "resourceRequirements": "[@ResourceRequirement",
   "secrets": "[@Secret",
   "ulimits": "[@Ulimit",
   "user": "s",
   "startTimeout": "i",
   "stopTimeout": "i",
   "exitCode": "i",
   "reason": "s",
   "logStreamName": "s",
   "networkInterfaces": "[@NetworkInterface"
  },
  "TaskContainerOverrides": {
   "command": "[s",
   "environment": "[@KeyValuePair",
   "name": "s",
   "resourceRequirements": "[@ResourceRequirement"
  },
  "TaskContainerProperties": {
   "image": "s!",
   "command": "[s",
   "dependsOn": "[@TaskContainerDependency",
   "environment": "[@KeyValuePair",
   "essential": "b",
   "firelensConfiguration": "@FirelensConfiguration",
   "linuxParameters": "@LinuxParameters",
   "logConfiguration": "@LogConfiguration",
   "mountPoints": "[@MountPoint",
   "name": "s",
   "privileged": "b",
   "readonlyRootFilesystem": "b",
   "repositoryCredentials": "@RepositoryCredentials",
   "resourceRequirements": "[@ResourceRequirement",
   "secrets": "[@Secret",
   "ulimits": "[@Ulimit",
   "user": "s",
   "startTimeout": "i",
   "stopTimeout": "i"
  },
  "TaskPropertiesOverride": {
   "containers": "[@TaskContainerOverrides"
  },
  "TerminateJobRequest": {
   "jobId": "s!",
   "reason": "s!"
  },
  "TerminateJobResponse": {},
  "TerminateJobsErrorDetail": {
   "job": "s!",
   "code": "s!",
   "message": "s!"
  },
  "TerminateJobsRequest": {
   "jobs": "[s!",
   "reason": "s!"
  },
  "TerminateJobsResponse": {
   "successful": "[s!",
   "errors": "[@TerminateJobsErrorDetail!"
  },
  "TerminateServiceJobRequest": {
   "jobId": "s!",
   "reason": "s!"
  },
  "TerminateServiceJobResponse": {},
  "TerminateServiceJobsErrorDetail": {
   "job": "s!",
   "code": "s!",
   "message": "s!"
  },
  "TerminateServiceJobsRequest": {
   "jobs": "[s!",
   "reason": "s!"
  },
  "TerminateServiceJobsResponse": {
   "successful": "[s!",
   "errors": "[@TerminateServiceJobsErrorDetail!"
  },
  "Tmpfs": {
   "containerPath": "s!",
   "size": "i!",
   "mountOptions": "[s"
  },
  "Ulimit": {
   "hardLimit": "i!",
   "name": "s!",
   "softLimit": "i!"
  },
  "UntagResourceRequest": {
   "resourceArn": "s!",
   "tagKeys": "[s!"
  },
  "UntagResourceResponse": {},
  "UpdateComputeEnvironmentRequest": {
   "computeEnvironment": "s!",
   "state": "eCEState",
   "unmanagedvCpus": "i",
   "computeResources": "@ComputeResourceUpdate",
   "serviceRole": "s",
   "updatePolicy": "@UpdatePolicy",
   "context": "s",
   "ecsSettings": "@EcsSettings"
  },
  "UpdateComputeEnvironmentResponse": {
   "computeEnvironmentName": "s",
   "computeEnvironmentArn": "s"
  },
  "UpdateConsumableResourceRequest": {
   "consumableResource": "s!",
   "operation": "s",
   "quantity": "l",
   "clientToken": "s"
  },
  "UpdateConsumableResourceResponse": {
   "consumableResourceName": "s!",
   "consumableResourceArn": "s!",
   "totalQuantity": "i"
  },
  "UpdateJobQueueRequest": {
   "jobQueue": "s!",
   "state": "eJQState",
   "schedulingPolicyArn": "s",
   "priority": "i",
   "computeEnvironmentOrder": "[@ComputeEnvironmentOrder",
   "serviceEnvironmentOrder": "[@ServiceEnvironmentOrder",
   "jobStateTimeLimitActions": "[@JobStateTimeLimitAction"
  },
  "UpdateJobQueueResponse": {
   "jobQueueName": "s",
   "jobQueueArn": "s"
  },
  "UpdateManagedInstancesProviderConfiguration": {
   "propagateTags": "s",
   "infrastructureRoleArn": "s",
   "instanceLaunchTemplate": "@InstanceLaunchTemplateUpdate",
   "infrastructureOptimization": "@InfrastructureOptimization"
  },
  "UpdatePolicy": {
   "terminateJobsOnUpdate": "b",
   "jobExecutionTimeoutMinutes": "i"
  },
  "UpdateQuotaShareRequest": {
   "quotaShareArn": "s!",
   "capacityLimits": "[@QuotaShareCapacityLimit",
   "resourceSharingConfiguration": "@QuotaShareResourceSharingConfiguration",
   "preemptionConfiguration": "@QuotaSharePreemptionConfiguration",
   "state": "eQuotaShareState"
  },
  "UpdateQuotaShareResponse": {
   "quotaShareName": "s",
   "quotaShareArn": "s"
  },
  "UpdateSchedulingPolicyRequest": {
   "arn": "s!",
   "quotaSharePolicy": "@QuotaSharePolicy",
   "fairsharePolicy": "@FairsharePolicy"
  },
  "UpdateSchedulingPolicyResponse": {},
  "UpdateServiceEnvironmentRequest": {
   "serviceEnvironment": "s!",
   "state": "eServiceEnvironmentState",
   "capacityLimits": "[@CapacityLimit"
  },
  "UpdateServiceEnvironmentResponse": {
   "serviceEnvironmentName": "s!",
   "serviceEnvironmentArn": "s!"
  },
  "UpdateServiceJobRequest": {
   "jobId": "s!",
   "schedulingPriority": "i!"
  },
  "UpdateServiceJobResponse": {
   "jobArn": "s",
   "jobName": "s",
   "jobId": "s"
  },
  "Volume": {
   "host": "@Host",
   "name": "s",
   "efsVolumeConfiguration": "@EFSVolumeConfiguration",
   "s3filesVolumeConfiguration": "@S3FilesVolumeConfiguration"
  }
 },
 "enums": {
  "ArrayJobDependency": [
   "N_TO_N",
   "SEQUENTIAL"
  ],
  "AssignPublicIp": [
   "DISABLED",
   "ENABLED"
  ],
  "CEState": [
   "DISABLED",
   "ENABLED"
  ],
  "CEStatus": [
   "CREATING",
   "DELETED",
   "DELETING",
   "INVALID",
   "UPDATING",
   "VALID"
  ],
  "CEType": [
   "MANAGED",
   "UNMANAGED"
  ],
  "CRAllocationStrategy": [
   "BEST_FIT",
   "BEST_FIT_PROGRESSIVE",
   "BEST_FIT_PROGRESSIVE_ORDERED",
   "SPOT_CAPACITY_OPTIMIZED",
   "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED",
   "SPOT_PRICE_CAPACITY_OPTIMIZED"
  ],
  "CRType": [
   "EC2",
   "ECS_MANAGED_INSTANCES",
   "FARGATE",
   "FARGATE_SPOT",
   "SPOT"
  ],
  "CRUpdateAllocationStrategy": [
   "BEST_FIT_PROGRESSIVE",
   "BEST_FIT_PROGRESSIVE_ORDERED",
   "SPOT_CAPACITY_OPTIMIZED",
   "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED",
   "SPOT_PRICE_CAPACITY_OPTIMIZED"
  ],
  "ContainerInsights": [
   "DISABLED",
   "ENABLED",
   "ENHANCED"
  ],
  "DeviceCgroupPermission": [
   "MKNOD",
   "READ",
   "WRITE"
  ],
  "EFSAuthorizationConfigIAM": [
   "DISABLED",
   "ENABLED"
  ],
  "EFSTransitEncryption": [
   "DISABLED",
   "ENABLED"
  ],
  "FirelensConfigurationType": [
   "fluentbit",
   "fluentd"
  ],
  "JQState": [
   "DISABLED",
   "ENABLED"
  ],
  "JQStatus": [
   "CREATING",
   "DELETED",
   "DELETING",
   "INVALID",
   "UPDATING",
   "VALID"
  ],
  "JobDefinitionType": [
   "container",
   "multinode"
  ],
  "JobQueueType": [
   "ECS",
   "ECS_FARGATE",
   "ECS_MANAGED_INSTANCES",
   "EKS",
   "SAGEMAKER_TRAINING"
  ],
  "JobStateTimeLimitActionsAction": [
   "CANCEL",
   "TERMINATE"
  ],
  "JobStateTimeLimitActionsState": [
   "RUNNABLE"
  ],
  "JobStatus": [
   "FAILED",
   "PENDING",
   "RUNNABLE",
   "RUNNING",
   "STARTING",
   "SUBMITTED",
   "SUCCEEDED"
  ],
  "LogDriver": [
   "awsfirelens",
   "awslogs",
   "fluentd",
   "gelf",
   "journald",
   "json-file",
   "splunk",
   "syslog"
  ],
  "OrchestrationType": [
   "ECS",
   "EKS"
  ],
  "PlatformCapability": [
   "EC2",
   "FARGATE",
   "MANAGED_INSTANCES"
  ],
  "QuotaShareIdleResourceAssignmentStrategy": [
   "FIFO"
  ],
  "QuotaShareInSharePreemptionState": [
   "DISABLED",
   "ENABLED"
  ],
  "QuotaShareResourceSharingStrategy": [
   "LEND",
   "LEND_AND_BORROW",
   "RESERVE"
  ],
  "QuotaShareState": [
   "DISABLED",
   "ENABLED"
  ],
  "QuotaShareStatus": [
   "CREATING",
   "DELETING",
   "INVALID",
   "UPDATING",
   "VALID"
  ],
  "ResourceType": [
   "GPU",
   "MEMORY",
   "VCPU"
  ],
  "RetryAction": [
   "EXIT",
   "RETRY"
  ],
  "ServiceEnvironmentState": [
   "DISABLED",
   "ENABLED"
  ],
  "ServiceEnvironmentStatus": [
   "CREATING",
   "DELETED",
   "DELETING",
   "INVALID",
   "UPDATING",
   "VALID"
  ],
  "ServiceEnvironmentType": [
   "SAGEMAKER_TRAINING"
  ],
  "ServiceJobRetryAction": [
   "EXIT",
   "RETRY"
  ],
  "ServiceJobStatus": [
   "FAILED",
   "PENDING",
   "RUNNABLE",
   "RUNNING",
   "SCHEDULED",
   "STARTING",
   "SUBMITTED",
   "SUCCEEDED"
  ],
  "ServiceJobType": [
   "SAGEMAKER_TRAINING"
  ],
  "ServiceResourceIdName": [
   "TrainingJobArn"
  ],
  "UserdataType": [
   "EKS_BOOTSTRAP_SH",
   "EKS_NODEADM"
  ]
 }
};

export const LOGS: Model = {
 "operations": {
  "CreateLogGroup": {
   "method": "POST",
   "path": "/",
   "input": "CreateLogGroupRequest",
   "output": ""
  },
  "CreateLogStream": {
   "method": "POST",
   "path": "/",
   "input": "CreateLogStreamRequest",
   "output": ""
  },
  "DescribeLogGroups": {
   "method": "POST",
   "path": "/",
   "input": "DescribeLogGroupsRequest",
   "output": "DescribeLogGroupsResponse"
  },
  "DescribeLogStreams": {
   "method": "POST",
   "path": "/",
   "input": "DescribeLogStreamsRequest",
   "output": "DescribeLogStreamsResponse"
  },
  "FilterLogEvents": {
   "method": "POST",
   "path": "/",
   "input": "FilterLogEventsRequest",
   "output": "FilterLogEventsResponse"
  },
  "GetLogEvents": {
   "method": "POST",
   "path": "/",
   "input": "GetLogEventsRequest",
   "output": "GetLogEventsResponse"
  },
  "PutLogEvents": {
   "method": "POST",
   "path": "/",
   "input": "PutLogEventsRequest",
   "output": "PutLogEventsResponse"
  }
 },
 "shapes": {
  "CreateLogGroupRequest": {
   "logGroupName": "s!",
   "kmsKeyId": "s",
   "tags": "{s",
   "logGroupClass": "eLogGroupClass",
   "deletionProtectionEnabled": "b"
  },
  "CreateLogStreamRequest": {
   "logGroupName": "s!",
   "logStreamName": "s!"
  },
  "DescribeLogGroupsRequest": {
   "accountIdentifiers": "[s",
   "logGroupNamePrefix": "s",
   "logGroupNamePattern": "s",
   "nextToken": "s",
   "limit": "i",
   "includeLinkedAccounts": "b",
   "logGroupClass": "eLogGroupClass",
   "logGroupIdentifiers": "[s"
  },
  "DescribeLogGroupsResponse": {
   "logGroups": "[@LogGroup",
   "nextToken": "s"
  },
  "DescribeLogStreamsRequest": {
   "logGroupName": "s",
   "logGroupIdentifier": "s",
   "logStreamNamePrefix": "s",
   "orderBy": "eOrderBy",
   "descending": "b",
   "nextToken": "s",
   "limit": "i"
  },
  "DescribeLogStreamsResponse": {
   "logStreams": "[@LogStream",
   "nextToken": "s"
  },
  "Entity": {
   "keyAttributes": "{s",
   "attributes": "{s"
  },
  "FilterLogEventsRequest": {
   "logGroupName": "s",
   "logGroupIdentifier": "s",
   "logStreamNames": "[s",
   "logStreamNamePrefix": "s",
   "startTime": "i",
   "endTime": "i",
   "filterPattern": "s",
   "nextToken": "s",
   "limit": "i",
   "startFromHead": "b",
   "interleaved": "b",
   "unmask": "b"
  },
  "FilterLogEventsResponse": {
   "events": "[@FilteredLogEvent",
   "searchedLogStreams": "[@SearchedLogStream",
   "nextToken": "s"
  },
  "FilteredLogEvent": {
   "logStreamName": "s",
   "timestamp": "i",
   "message": "s",
   "ingestionTime": "i",
   "eventId": "s"
  },
  "GetLogEventsRequest": {
   "logStreamName": "s!",
   "logGroupName": "s",
   "logGroupIdentifier": "s",
   "startTime": "i",
   "endTime": "i",
   "nextToken": "s",
   "limit": "i",
   "startFromHead": "b",
   "unmask": "b"
  },
  "GetLogEventsResponse": {
   "events": "[@OutputLogEvent",
   "nextForwardToken": "s",
   "nextBackwardToken": "s"
  },
  "InputLogEvent": {
   "timestamp": "i!",
   "message": "s!"
  },
  "LogGroup": {
   "logGroupName": "s",
   "creationTime": "i",
   "retentionInDays": "i",
   "metricFilterCount": "i",
   "arn": "s",
   "storedBytes": "i",
   "kmsKeyId": "s",
   "dataProtectionStatus": "eDataProtectionStatus",
   "inheritedProperties": "[eInheritedProperty",
   "logGroupClass": "eLogGroupClass",
   "logGroupArn": "s",
   "deletionProtectionEnabled": "b",
   "bearerTokenAuthenticationEnabled": "b",
   "retentionPolicyName": "s"
  },
  "LogStream": {
   "logStreamName": "s",
   "creationTime": "i",
   "firstEventTimestamp": "i",
   "lastEventTimestamp": "i",
   "lastIngestionTime": "i",
   "uploadSequenceToken": "s",
   "arn": "s",
   "storedBytes": "i"
  },
  "OutputLogEvent": {
   "timestamp": "i",
   "message": "s",
   "ingestionTime": "i"
  },
  "PutLogEventsRequest": {
   "logGroupName": "s!",
   "logStreamName": "s!",
   "logEvents": "[@InputLogEvent!",
   "sequenceToken": "s",
   "entity": "@Entity"
  },
  "PutLogEventsResponse": {
   "nextSequenceToken": "s",
   "rejectedLogEventsInfo": "@RejectedLogEventsInfo",
   "rejectedEntityInfo": "@RejectedEntityInfo"
  },
  "RejectedEntityInfo": {
   "errorType": "eEntityRejectionErrorType!"
  },
  "RejectedLogEventsInfo": {
   "tooNewLogEventStartIndex": "i",
   "tooOldLogEventEndIndex": "i",
   "expiredLogEventEndIndex": "i"
  },
  "SearchedLogStream": {
   "logStreamName": "s",
   "searchedCompletely": "b"
  }
 },
 "enums": {
  "DataProtectionStatus": [
   "ACTIVATED",
   "ARCHIVED",
   "DELETED",
   "DISABLED"
  ],
  "EntityRejectionErrorType": [
   "EntitySizeTooLarge",
   "InvalidAttributes",
   "InvalidEntity",
   "InvalidKeyAttributes",
   "InvalidTypeValue",
   "MissingRequiredFields",
   "UnsupportedLogGroupType"
  ],
  "InheritedProperty": [
   "ACCOUNT_DATA_PROTECTION"
  ],
  "LogGroupClass": [
   "DELIVERY",
   "ESSENTIALS",
   "INFREQUENT_ACCESS",
   "STANDARD"
  ],
  "OrderBy": [
   "LastEventTime",
   "LogStreamName"
  ]
 }
};

export const ECS: Model = {
 "operations": {
  "DescribeClusters": {
   "method": "POST",
   "path": "/",
   "input": "DescribeClustersRequest",
   "output": "DescribeClustersResponse"
  },
  "DescribeContainerInstances": {
   "method": "POST",
   "path": "/",
   "input": "DescribeContainerInstancesRequest",
   "output": "DescribeContainerInstancesResponse"
  },
  "DescribeTasks": {
   "method": "POST",
   "path": "/",
   "input": "DescribeTasksRequest",
   "output": "DescribeTasksResponse"
  },
  "ListClusters": {
   "method": "POST",
   "path": "/",
   "input": "ListClustersRequest",
   "output": "ListClustersResponse"
  },
  "ListContainerInstances": {
   "method": "POST",
   "path": "/",
   "input": "ListContainerInstancesRequest",
   "output": "ListContainerInstancesResponse"
  },
  "ListTasks": {
   "method": "POST",
   "path": "/",
   "input": "ListTasksRequest",
   "output": "ListTasksResponse"
  }
 },
 "shapes": {
  "Attachment": {
   "id": "s",
   "type": "s",
   "status": "s",
   "details": "[@KeyValuePair"
  },
  "Attribute": {
   "name": "s!",
   "value": "s",
   "targetType": "eTargetType",
   "targetId": "s"
  },
  "CapacityProviderStrategyItem": {
   "capacityProvider": "s!",
   "weight": "i",
   "base": "i"
  },
  "Cluster": {
   "clusterArn": "s",
   "clusterName": "s",
   "configuration": "@ClusterConfiguration",
   "status": "s",
   "registeredContainerInstancesCount": "i",
   "runningTasksCount": "i",
   "pendingTasksCount": "i",
   "activeServicesCount": "i",
   "statistics": "[@KeyValuePair",
   "tags": "[@Tag",
   "settings": "[@ClusterSetting",
   "capacityProviders": "[s",
   "defaultCapacityProviderStrategy": "[@CapacityProviderStrategyItem",
   "attachments": "[@Attachment",
   "attachmentsStatus": "s",
   "serviceConnectDefaults": "@ClusterServiceConnectDefaults"
  },
  "ClusterConfiguration": {
   "executeCommandConfiguration": "@ExecuteCommandConfiguration",
   "managedStorageConfiguration": "@ManagedStorageConfiguration"
  },
  "ClusterServiceConnectDefaults": {
   "namespace": "s"
  },
  "ClusterSetting": {
   "name": "eClusterSettingName",
   "value": "s"
  },
  "Container": {
   "containerArn": "s",
   "taskArn": "s",
   "name": "s",
   "image": "s",
   "imageDigest": "s",
   "runtimeId": "s",
   "lastStatus": "s",
   "exitCode": "i",
   "reason": "s",
   "networkBindings": "[@NetworkBinding",
   "networkInterfaces": "[@NetworkInterface",
   "healthStatus": "eHealthStatus",
   "managedAgents": "[@ManagedAgent",
   "cpu": "s",
   "memory": "s",
   "memoryReservation": "s",
   "gpuIds": "[s",
   "neuronDeviceIds": "[s",
   "gpuSharingStrategy": "@SharingStrategy"
  },
  "ContainerInstance": {
   "containerInstanceArn": "s",
   "ec2InstanceId": "s",
   "capacityProviderName": "s",
   "version": "i",
   "versionInfo": "@VersionInfo",
   "remainingResources": "[@Resource",
   "registeredResources": "[@Resource",
   "status": "s",
   "statusReason": "s",
   "agentConnected": "b",
   "runningTasksCount": "i",
   "pendingTasksCount": "i",
   "agentUpdateStatus": "eAgentUpdateStatus",
   "attributes": "[@Attribute",
   "registeredAt": "t",
   "attachments": "[@Attachment",
   "tags": "[@Tag",
   "healthStatus": "@ContainerInstanceHealthStatus",
   "gpuDevices": "[@GpuDevice"
  },
  "ContainerInstanceHealthStatus": {
   "overallStatus": "eInstanceHealthCheckState",
   "details": "[@InstanceHealthCheckResult"
  },
  "ContainerOverride": {
   "name": "s",
   "command": "[s",
   "environment": "[@KeyValuePair",
   "environmentFiles": "[@EnvironmentFile",
   "cpu": "i",
   "memory": "i",
   "memoryReservation": "i",
   "resourceRequirements": "[@ResourceRequirement"
  },
  "DescribeClustersRequest": {
   "clusters": "[s",
   "include": "[eClusterField"
  },
  "DescribeClustersResponse": {
   "clusters": "[@Cluster",
   "failures": "[@Failure"
  },
  "DescribeContainerInstancesRequest": {
   "containerInstances": "[s!",
   "cluster": "s",
   "include": "[eContainerInstanceField"
  },
  "DescribeContainerInstancesResponse": {
   "containerInstances": "[@ContainerInstance",
   "failures": "[@Failure"
  },
  "DescribeTasksRequest": {
   "tasks": "[s!",
   "cluster": "s",
   "include": "[eTaskField"
  },
  "DescribeTasksResponse": {
   "tasks": "[@Task",
   "failures": "[@Failure"
  },
  "EnvironmentFile": {
   "value": "s!",
   "type": "eEnvironmentFileType!"
  },
  "EphemeralStorage": {
   "sizeInGiB": "i!"
  },
  "ExecuteCommandConfiguration": {
   "kmsKeyId": "s",
   "logging": "eExecuteCommandLogging",
   "logConfiguration": "@ExecuteCommandLogConfiguration"
  },
  "ExecuteCommandLogConfiguration": {
   "cloudWatchLogGroupName": "s",
   "cloudWatchEncryptionEnabled": "b",
   "s3BucketName": "s",
   "s3EncryptionEnabled": "b",
   "s3KeyPrefix": "s"
  },
  "Failure": {
   "arn": "s",
   "reason": "s",
   "detail": "s"
  },
  "GpuDevice": {
   "gpuId": "s",
   "sharingMode": "eGpuSharingMode",
   "totalMemoryInMiB": "i",
   "remainingMemoryInMiB": "i",
   "containerCount": "i"
  },
  "InferenceAccelerator": {
   "deviceName": "s!",
   "deviceType": "s!"
  },
  "InferenceAcceleratorOverride": {
   "deviceName": "s",
   "deviceType": "s"
  },
  "InstanceHealthCheckResult": {
   "type": "eInstanceHealthCheckType",
   "status": "eInstanceHealthCheckState",
   "statusReason": "s",
   "lastUpdated": "t",
   "lastStatusChange": "t"
  },
  "KeyValuePair": {
   "name": "s",
   "value": "s"
  },
  "ListClustersRequest": {
   "nextToken": "s",
   "maxResults": "i"
  },
  "ListClustersResponse": {
   "clusterArns": "[s",
   "nextToken": "s"
  },
  "ListContainerInstancesRequest": {
   "cluster": "s",
   "filter": "s",
   "nextToken": "s",
   "maxResults": "i",
   "status": "eContainerInstanceStatus"
  },
  "ListContainerInstancesResponse": {
   "containerInstanceArns": "[s",
   "nextToken": "s"
  },
  "ListTasksRequest": {
   "cluster": "s",
   "containerInstance": "s",
   "family": "s",
   "nextToken": "s",
   "maxResults": "i",
   "startedBy": "s",
   "serviceName": "s",
   "desiredStatus": "eDesiredStatus",
   "launchType": "eLaunchType",
   "daemonName": "s"
  },
  "ListTasksResponse": {
   "taskArns": "[s",
   "nextToken": "s"
  },
  "ManagedAgent": {
   "lastStartedAt": "t",
   "name": "eManagedAgentName",
   "reason": "s",
   "lastStatus": "s"
  },
  "ManagedStorageConfiguration": {
   "kmsKeyId": "s",
   "fargateEphemeralStorageKmsKeyId": "s"
  },
  "NetworkBinding": {
   "bindIP": "s",
   "containerPort": "i",
   "hostPort": "i",
   "protocol": "eTransportProtocol",
   "containerPortRange": "s",
   "hostPortRange": "s"
  },
  "NetworkInterface": {
   "attachmentId": "s",
   "privateIpv4Address": "s",
   "ipv6Address": "s"
  },
  "NvidiaMpsAllocation": {
   "memory": "i!",
   "maxComputePercent": "i"
  },
  "Resource": {
   "name": "s",
   "type": "s",
   "doubleValue": "i",
   "longValue": "i",
   "integerValue": "i",
   "stringSetValue": "[s"
  },
  "ResourceRequirement": {
   "type": "eResourceType!",
   "value": "s",
   "sharingStrategy": "@SharingStrategy"
  },
  "SharingStrategy": {
   "nvidiaMps": "@NvidiaMpsAllocation"
  },
  "Tag": {
   "key": "s",
   "value": "s"
  },
  "Task": {
   "attachments": "[@Attachment",
   "attributes": "[@Attribute",
   "availabilityZone": "s",
   "capacityProviderName": "s",
   "clusterArn": "s",
   "connectivity": "eConnectivity",
   "connectivityAt": "t",
   "containerInstanceArn": "s",
   "containers": "[@Container",
   "cpu": "s",
   "createdAt": "t",
   "desiredStatus": "s",
   "enableExecuteCommand": "b",
   "executionStoppedAt": "t",
   "group": "s",
   "healthStatus": "eHealthStatus",
   "inferenceAccelerators": "[@InferenceAccelerator",
   "lastStatus": "s",
   "launchType": "eLaunchType",
   "memory": "s",
   "overrides": "@TaskOverride",
   "platformVersion": "s",
   "platformFamily": "s",
   "pullStartedAt": "t",
   "pullStoppedAt": "t",
   "startedAt": "t",
   "startedBy": "s",
   "stopCode": "eTaskStopCode",
   "stoppedAt": "t",
   "stoppedReason": "s",
   "stoppingAt": "t",
   "tags": "[@Tag",
   "taskArn": "s",
   "taskDefinitionArn": "s",
   "version": "i",
   "ephemeralStorage": "@EphemeralStorage",
   "fargateEphemeralStorage": "@TaskEphemeralStorage"
  },
  "TaskEphemeralStorage": {
   "sizeInGiB": "i",
   "kmsKeyId": "s"
  },
  "TaskOverride": {
   "containerOverrides": "[@ContainerOverride",
   "cpu": "s",
   "inferenceAcceleratorOverrides": "[@InferenceAcceleratorOverride",
   "executionRoleArn": "s",
   "memory": "s",
   "taskRoleArn": "s",
   "ephemeralStorage": "@EphemeralStorage"
  },
  "VersionInfo": {
   "agentVersion": "s",
   "agentHash": "s",
   "dockerVersion": "s"
  }
 },
 "enums": {
  "AgentUpdateStatus": [
   "FAILED",
   "PENDING",
   "STAGED",
   "STAGING",
   "UPDATED",
   "UPDATING"
  ],
  "ClusterField": [
   "ATTACHMENTS",
   "CONFIGURATIONS",
   "SETTINGS",
   "STATISTICS",
   "TAGS"
  ],
  "ClusterSettingName": [
   "containerInsights"
  ],
  "Connectivity": [
   "CONNECTED",
   "DISCONNECTED"
  ],
  "ContainerInstanceField": [
   "CONTAINER_INSTANCE_HEALTH",
   "TAGS"
  ],
  "ContainerInstanceStatus": [
   "ACTIVE",
   "DEREGISTERING",
   "DRAINING",
   "REGISTERING",
   "REGISTRATION_FAILED"
  ],
  "DesiredStatus": [
   "PENDING",
   "RUNNING",
   "STOPPED"
  ],
  "EnvironmentFileType": [
   "s3"
  ],
  "ExecuteCommandLogging": [
   "DEFAULT",
   "NONE",
   "OVERRIDE"
  ],
  "GpuSharingMode": [
   "DEDICATED",
   "IDLE",
   "NVIDIA_MPS"
  ],
  "HealthStatus": [
   "HEALTHY",
   "UNHEALTHY",
   "UNKNOWN"
  ],
  "InstanceHealthCheckState": [
   "IMPAIRED",
   "INITIALIZING",
   "INSUFFICIENT_DATA",
   "OK"
  ],
  "InstanceHealthCheckType": [
   "ACCELERATED_COMPUTE",
   "AGENT_CONNECTIVITY",
   "CONTAINER_RUNTIME",
   "DAEMON"
  ],
  "LaunchType": [
   "EC2",
   "EXTERNAL",
   "FARGATE",
   "MANAGED_INSTANCES"
  ],
  "ManagedAgentName": [
   "ExecuteCommandAgent"
  ],
  "ResourceType": [
   "GPU",
   "InferenceAccelerator",
   "NeuronDevice"
  ],
  "TargetType": [
   "container-instance"
  ],
  "TaskField": [
   "TAGS"
  ],
  "TaskStopCode": [
   "EssentialContainerExited",
   "InfrastructureHealth",
   "ServiceSchedulerInitiated",
   "SpotInterruption",
   "TaskFailedToStart",
   "TerminationNotice",
   "UserInitiated"
  ],
  "TransportProtocol": [
   "tcp",
   "udp"
  ]
 }
};
