resource "aws_batch_compute_environment" "ec2" {
  compute_environment_name = "tf-ec2"
  type                     = "MANAGED"
  compute_resources {
    type                = "EC2"
    allocation_strategy = "BEST_FIT_PROGRESSIVE"
    min_vcpus           = 0
    max_vcpus           = var.changed ? 8 : 4
    instance_type       = ["m5.large", "c5"]
    instance_role       = "arn:aws:iam::000000000000:instance-profile/ecsInstanceRole"
    security_group_ids  = ["sg-1", "sg-2"]
    subnets             = ["subnet-1", "subnet-2"]
    tags                = { Name = "worker" }
    ec2_configuration {
      image_type = "ECS_AL2"
    }
    launch_template {
      launch_template_id = "lt-1"
      version            = "$Latest"
    }
  }
  tags = local.tags
}

resource "aws_batch_compute_environment" "spot" {
  compute_environment_name = "tf-spot"
  type                     = "MANAGED"
  service_role             = "${local.role}/AWSBatchServiceRole"
  state                    = var.changed ? "DISABLED" : "ENABLED"
  compute_resources {
    type                = "SPOT"
    allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
    bid_percentage      = 80
    spot_iam_fleet_role = "${local.role}/spot"
    min_vcpus           = 0
    desired_vcpus       = 0
    max_vcpus           = 16
    instance_type       = ["optimal"]
    instance_role       = "arn:aws:iam::000000000000:instance-profile/ecsInstanceRole"
    ec2_key_pair        = "key"
    placement_group     = "near"
    security_group_ids  = ["sg-1"]
    subnets             = ["subnet-1"]
  }
  update_policy {
    job_execution_timeout_minutes = 30
    terminate_jobs_on_update      = false
  }
}

resource "aws_batch_compute_environment" "fargate" {
  compute_environment_name = "tf-fargate"
  type                     = "MANAGED"
  compute_resources {
    type               = "FARGATE"
    max_vcpus          = 4
    security_group_ids = ["sg-1"]
    subnets            = ["subnet-1"]
  }
}

resource "aws_batch_compute_environment" "fargate_spot" {
  compute_environment_name_prefix = "tf-fargate-spot-"
  type                            = "MANAGED"
  compute_resources {
    type               = "FARGATE_SPOT"
    max_vcpus          = var.changed ? 6 : 4
    security_group_ids = ["sg-1"]
    subnets            = ["subnet-1"]
  }
}

resource "aws_batch_compute_environment" "unmanaged" {
  compute_environment_name = "tf-unmanaged"
  type                     = "UNMANAGED"
  service_role             = "${local.role}/AWSBatchServiceRole"
}
