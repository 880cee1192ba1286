resource "aws_batch_job_definition" "plain" {
  name = "tf-plain"
  type = "container"
  container_properties = jsonencode({
    image                = "busybox"
    command              = ["echo", var.changed ? "changed" : "plain"]
    resourceRequirements = [{ type = "VCPU", value = "1" }, { type = "MEMORY", value = "64" }]
  })
}

resource "aws_batch_job_definition" "older" {
  name = "tf-older"
  type = "container"
  container_properties = jsonencode({
    image = "busybox", vcpus = 1, memory = 64
  })
  tags = local.tags
}

resource "aws_batch_job_definition" "empty" {
  name       = "tf-empty"
  type       = "container"
  parameters = {}
  container_properties = jsonencode({
    image                = "busybox"
    command              = []
    environment          = []
    mountPoints          = []
    volumes              = []
    ulimits              = []
    secrets              = []
    resourceRequirements = [{ type = "VCPU", value = "1" }, { type = "MEMORY", value = "64" }]
  })
}

resource "aws_batch_job_definition" "environment" {
  name = "tf-environment"
  type = "container"
  container_properties = jsonencode({
    image                  = "busybox"
    command                = ["sh", "-c", "env"]
    environment            = [{ name = "ZULU", value = "1" }, { name = "EMPTY", value = "" }, { name = "ALPHA", value = "2" }]
    resourceRequirements   = [{ type = "MEMORY", value = "64" }, { type = "VCPU", value = "1" }]
    user                   = "nobody"
    privileged             = false
    readonlyRootFilesystem = false
    jobRoleArn             = "${local.role}/job"
    instanceType           = "m5.large"
  })
}

resource "aws_batch_job_definition" "ec2" {
  name                  = "tf-ec2"
  type                  = "container"
  platform_capabilities = ["EC2"]
  propagate_tags        = true
  container_properties = jsonencode({
    image = "busybox", vcpus = var.changed ? 2 : 1, memory = 64, command = ["true"]
  })
  tags = local.tags
}

resource "aws_batch_job_definition" "fargate" {
  name                  = "tf-fargate"
  type                  = "container"
  platform_capabilities = ["FARGATE"]
  container_properties = jsonencode({
    image                = "busybox"
    command              = ["echo", "fargate"]
    executionRoleArn     = "${local.role}/exec"
    resourceRequirements = [{ type = "VCPU", value = "0.25" }, { type = "MEMORY", value = "512" }]
  })
}

resource "aws_batch_job_definition" "fargate_full" {
  name                  = "tf-fargate-full"
  type                  = "container"
  platform_capabilities = ["FARGATE"]
  container_properties = jsonencode({
    image                        = "busybox"
    command                      = ["echo", "fargate"]
    executionRoleArn             = "${local.role}/exec"
    jobRoleArn                   = "${local.role}/job"
    fargatePlatformConfiguration = { platformVersion = "1.4.0" }
    networkConfiguration         = { assignPublicIp = "ENABLED" }
    ephemeralStorage             = { sizeInGiB = 30 }
    runtimePlatform              = { cpuArchitecture = "X86_64", operatingSystemFamily = "LINUX" }
    resourceRequirements         = [{ type = "VCPU", value = "0.5" }, { type = "MEMORY", value = "1024" }]
    logConfiguration             = { logDriver = "awslogs" }
  })
}

resource "aws_batch_job_definition" "mounts" {
  name = "tf-mounts"
  type = "container"
  container_properties = jsonencode({
    image = "busybox", vcpus = 1, memory = 64, command = ["ls", "/data"]
    volumes = [
      { name = "data", host = { sourcePath = "/srv/data" } },
      { name = "scratch" },
      { name = "efs", efsVolumeConfiguration = { fileSystemId = "fs-1", rootDirectory = "/x", transitEncryption = "ENABLED", authorizationConfig = { accessPointId = "fsap-1", iam = "ENABLED" } } },
    ]
    mountPoints = [
      { sourceVolume = "data", containerPath = "/data", readOnly = true },
      { sourceVolume = "scratch", containerPath = "/scratch", readOnly = false },
      { sourceVolume = "efs", containerPath = "/efs" },
    ]
  })
}

resource "aws_batch_job_definition" "secrets" {
  name = "tf-secrets"
  type = "container"
  container_properties = jsonencode({
    image            = "busybox", vcpus = 1, memory = 64, command = ["true"]
    executionRoleArn = "${local.role}/exec"
    secrets          = [{ name = "PASSWORD", valueFrom = "arn:aws:ssm:us-east-1:000000000000:parameter/p" }]
    logConfiguration = {
      logDriver     = "splunk"
      options       = { "splunk-url" = "https://example.com" }
      secretOptions = [{ name = "splunk-token", valueFrom = "arn:aws:ssm:us-east-1:000000000000:parameter/t" }]
    }
  })
}

resource "aws_batch_job_definition" "retries" {
  name = "tf-retries"
  type = "container"
  retry_strategy {
    attempts = var.changed ? 4 : 3
    evaluate_on_exit {
      action           = "RETRY"
      on_status_reason = "Host EC2*"
    }
    evaluate_on_exit {
      action       = "EXIT"
      on_reason    = "*"
      on_exit_code = "1*"
    }
  }
  timeout {
    attempt_duration_seconds = 90
  }
  parameters          = { word = "hello", other = "" }
  scheduling_priority = 5
  container_properties = jsonencode({
    image = "busybox", vcpus = 1, memory = 64, command = ["echo", "Ref::word"]
  })
}

resource "aws_batch_job_definition" "attempts" {
  name                       = "tf-attempts"
  type                       = "container"
  deregister_on_new_revision = false
  retry_strategy {
    attempts = 2
  }
  container_properties = jsonencode({
    image = "busybox", vcpus = 1, memory = 64, command = [var.changed ? "true" : "false"]
  })
}

resource "aws_batch_job_definition" "logs" {
  name = "tf-logs"
  type = "container"
  container_properties = jsonencode({
    image            = "busybox", vcpus = 1, memory = 64, command = ["true"]
    logConfiguration = { logDriver = "awslogs", options = { "awslogs-group" = "/mine", "awslogs-stream-prefix" = "p" } }
  })
}

resource "aws_batch_job_definition" "linux" {
  name = "tf-linux"
  type = "container"
  container_properties = jsonencode({
    image                  = "busybox", vcpus = 1, memory = 64, command = ["true"]
    privileged             = true
    readonlyRootFilesystem = true
    ulimits                = [{ name = "nofile", softLimit = 1024, hardLimit = 2048 }]
    linuxParameters = {
      initProcessEnabled = true
      sharedMemorySize   = 64
      maxSwap            = 128
      swappiness         = 60
      devices            = [{ hostPath = "/dev/fuse", containerPath = "/dev/fuse", permissions = ["READ", "WRITE"] }, { hostPath = "/dev/null" }]
      tmpfs              = [{ containerPath = "/tmp", size = 64, mountOptions = ["noexec"] }, { containerPath = "/run", size = 8 }]
    }
  })
}

resource "aws_batch_job_definition" "linux_small" {
  name = "tf-linux-small"
  type = "container"
  container_properties = jsonencode({
    image           = "busybox", vcpus = 1, memory = 64, command = ["true"]
    linuxParameters = { initProcessEnabled = true }
  })
}

resource "aws_batch_job_definition" "linux_empty" {
  name = "tf-linux-empty"
  type = "container"
  container_properties = jsonencode({
    image            = "busybox", vcpus = 1, memory = 64, command = ["true"]
    linuxParameters  = {}
    logConfiguration = { logDriver = "awslogs", options = {}, secretOptions = [] }
  })
}

resource "aws_batch_job_definition" "gpus" {
  name = "tf-gpus"
  type = "container"
  container_properties = jsonencode({
    image                = "busybox", command = ["nvidia-smi"]
    resourceRequirements = [{ type = "VCPU", value = "1" }, { type = "MEMORY", value = "64" }, { type = "GPU", value = "1" }]
  })
}

resource "aws_batch_job_definition" "nodes" {
  name = "tf-nodes"
  type = "multinode"
  node_properties = jsonencode({
    mainNode = 0
    numNodes = 3
    nodeRangeProperties = [
      {
        targetNodes = "0:"
        container   = { image = "busybox", vcpus = 1, memory = 64, command = ["echo", var.changed ? "changed" : "node"], environment = [{ name = "EMPTY", value = "" }] }
      },
      {
        targetNodes   = "1:2"
        instanceTypes = ["m5.large"]
        container     = { image = "busybox", command = ["true"], resourceRequirements = [{ type = "VCPU", value = "1" }, { type = "MEMORY", value = "64" }] }
      },
    ]
  })
}
