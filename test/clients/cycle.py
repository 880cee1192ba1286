"""The whole cycle of a job by boto3, pointed at a server by the lines of `longshore env`. Prints what it saw as JSON."""

import json
import time

import boto3

batch, logs, ecs, sts = (boto3.client(name) for name in ("batch", "logs", "ecs", "sts"))
seen = {"account": sts.get_caller_identity()["Account"]}


def until(describe, done):
    for _ in range(600):
        found = describe()
        if done(found):
            return found
        time.sleep(0.05)
    raise TimeoutError(repr(found))


batch.create_compute_environment(
    computeEnvironmentName="py",
    type="MANAGED",
    computeResources={
        "type": "EC2",
        "minvCpus": 0,
        "maxvCpus": 4,
        "instanceTypes": ["optimal"],
        "subnets": ["subnet-1"],
        "securityGroupIds": ["sg-1"],
        "instanceRole": "ecsInstanceRole",
    },
)
environment = until(
    lambda: batch.describe_compute_environments(computeEnvironments=["py"])["computeEnvironments"][0],
    lambda e: e["status"] == "VALID",
)
batch.create_job_queue(
    jobQueueName="py", priority=1, computeEnvironmentOrder=[{"order": 1, "computeEnvironment": "py"}]
)
definition = batch.register_job_definition(
    jobDefinitionName="py",
    type="container",
    containerProperties={
        "image": "busybox",
        "command": ["sh", "-c", "echo Ref::word from $AWS_BATCH_JOB_ID"],
        "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "64"}],
    },
    parameters={"word": "hello"},
)


def job(job_id):
    return batch.describe_jobs(jobs=[job_id])["jobs"][0]


def ended(job_id):
    return until(lambda: job(job_id), lambda j: j["status"] in ("SUCCEEDED", "FAILED"))


short = batch.submit_job(jobName="short", jobQueue="py", jobDefinition=definition["jobDefinitionArn"])["jobId"]
first = ended(short)
seen["short"] = first["status"]
stream = first["container"]["logStreamName"]
group = "/aws/batch/job"
events = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)["events"]
seen["said"] = events[-1]["message"] == f"hello from {short}"
filtered = logs.get_paginator("filter_log_events").paginate(logGroupName=group, logStreamNames=[stream])
seen["filtered"] = sum(len(page["events"]) for page in filtered) == len(events)
seen["streams"] = len(logs.describe_log_streams(logGroupName=group)["logStreams"])
tasks = ecs.describe_tasks(cluster=environment["ecsClusterArn"], tasks=[first["container"]["taskArn"]])["tasks"]
seen["task"] = tasks[0]["lastStatus"]

array = batch.submit_job(
    jobName="array", jobQueue="py", jobDefinition="py", arrayProperties={"size": 3}, parameters={"word": "each"}
)["jobId"]
seen["array"] = ended(array)["arrayProperties"]["statusSummary"]["SUCCEEDED"]

long = batch.submit_job(
    jobName="long", jobQueue="py", jobDefinition="py", containerOverrides={"command": ["sleep", "1000"]}
)["jobId"]
until(lambda: job(long), lambda j: j["status"] == "RUNNING")
pages = batch.get_paginator("list_jobs").paginate(jobQueue="py", jobStatus="RUNNING")
seen["listed"] = [summary["jobName"] for page in pages for summary in page["jobSummaryList"]]
batch.terminate_job(jobId=long, reason="enough")
seen["long"] = ended(long)["statusReason"]
batch.cancel_job(jobId=long, reason="too late")

try:
    batch.submit_job(jobName="-", jobQueue="py", jobDefinition="py")
except batch.exceptions.ClientException as error:
    seen["refused"] = error.response["Error"]["Code"]

batch.deregister_job_definition(jobDefinition="py:1")
batch.update_job_queue(jobQueue="py", state="DISABLED")
batch.delete_job_queue(jobQueue="py")
until(lambda: batch.describe_job_queues(jobQueues=["py"])["jobQueues"], lambda queues: not queues)
batch.update_compute_environment(computeEnvironment="py", state="DISABLED")
batch.delete_compute_environment(computeEnvironment="py")
until(
    lambda: batch.describe_compute_environments(computeEnvironments=["py"])["computeEnvironments"],
    lambda environments: not environments,
)
print(json.dumps(seen))
