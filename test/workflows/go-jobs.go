// A job's whole life by the AWS SDK for Go: pages, parameters, an array that waits, its log, a stop and a refusal.
// Prints one line for each thing that it saw.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

var (
	ctx   = context.Background()
	queue = aws.String("q")
	name  = aws.String("go")
	jobs  *batch.Client
)

func get[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func define() {
	get(jobs.RegisterJobDefinition(ctx, &batch.RegisterJobDefinitionInput{
		JobDefinitionName: name,
		Type:              types.JobDefinitionTypeContainer,
		Parameters:        map[string]string{"greeting": "unset"},
		RetryStrategy:     &types.RetryStrategy{Attempts: aws.Int32(1)},
		Timeout:           &types.JobTimeout{AttemptDurationSeconds: aws.Int32(200)},
		ContainerProperties: &types.ContainerProperties{
			Image:   aws.String("busybox"),
			Command: []string{"echo", "Ref::greeting", "from go"},
			ResourceRequirements: []types.ResourceRequirement{
				{Type: types.ResourceTypeVcpu, Value: aws.String("1")},
				{Type: types.ResourceTypeMemory, Value: aws.String("64")},
			},
		},
	}))
}

func submit(input batch.SubmitJobInput) *string {
	input.JobName, input.JobQueue, input.JobDefinition = name, queue, name
	return get(jobs.SubmitJob(ctx, &input)).JobId
}

func until(id string, status types.JobStatus) types.JobDetail {
	for range 240 {
		found := get(jobs.DescribeJobs(ctx, &batch.DescribeJobsInput{Jobs: []string{id}})).Jobs
		if len(found) == 1 && found[0].Status == status {
			return found[0]
		}
		time.Sleep(250 * time.Millisecond)
	}
	log.Fatalf("%s did not become %s", id, status)
	panic("unreachable")
}

func countQueues() (found int) {
	pages := batch.NewDescribeJobQueuesPaginator(jobs, &batch.DescribeJobQueuesInput{MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		found += len(get(pages.NextPage(ctx)).JobQueues)
	}
	return
}

func countChildren(array *string) (found int) {
	pages := batch.NewListJobsPaginator(jobs, &batch.ListJobsInput{ArrayJobId: array, JobStatus: types.JobStatusSucceeded, MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		found += len(get(pages.NextPage(ctx)).JobSummaryList)
	}
	return
}

func main() {
	settings := get(config.LoadDefaultConfig(ctx))
	jobs = batch.NewFromConfig(settings)
	fmt.Println("queues:", countQueues())
	define()

	one := submit(batch.SubmitJobInput{Parameters: map[string]string{"greeting": "hello"}})
	array := submit(batch.SubmitJobInput{
		DependsOn:       []types.JobDependency{{JobId: one}},
		ArrayProperties: &types.ArrayProperties{Size: aws.Int32(3)},
	})
	endless := submit(batch.SubmitJobInput{ContainerOverrides: &types.ContainerOverrides{
		Command:     []string{"sh", "-c", "sleep $SECONDS_TO_SLEEP"},
		Environment: []types.KeyValuePair{{Name: aws.String("SECONDS_TO_SLEEP"), Value: aws.String("500")}},
	}})

	ended := until(*one, types.JobStatusSucceeded)
	events := get(cloudwatchlogs.NewFromConfig(settings).GetLogEvents(ctx, &cloudwatchlogs.GetLogEventsInput{
		LogGroupName: aws.String("/aws/batch/job"), LogStreamName: ended.Container.LogStreamName, StartFromHead: aws.Bool(true),
	})).Events
	for _, event := range events {
		fmt.Println("log:", *event.Message)
	}

	until(*array, types.JobStatusSucceeded)
	fmt.Println("child:", *until(*array+":2", types.JobStatusSucceeded).ArrayProperties.Index)
	fmt.Println("children:", countChildren(array))

	until(*endless, types.JobStatusRunning)
	get(jobs.TerminateJob(ctx, &batch.TerminateJobInput{JobId: endless, Reason: aws.String("enough")}))
	fmt.Println("reason:", *until(*endless, types.JobStatusFailed).StatusReason)

	_, err := jobs.SubmitJob(ctx, &batch.SubmitJobInput{JobName: name, JobQueue: aws.String("none"), JobDefinition: name})
	var refused *types.ClientException
	fmt.Println("refused:", errors.As(err, &refused))
	get(jobs.DeregisterJobDefinition(ctx, &batch.DeregisterJobDefinitionInput{JobDefinition: aws.String("go:1")}))
}
