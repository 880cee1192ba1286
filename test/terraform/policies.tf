resource "aws_batch_scheduling_policy" "teams" {
  name = "tf-teams"
  fair_share_policy {
    compute_reservation = var.changed ? 20 : 10
    share_decay_seconds = 3600
    share_distribution {
      share_identifier = "red"
      weight_factor    = var.changed ? 0.25 : 1
    }
    # this version of the provider takes letters and digits alone, and a star at the end
    share_distribution {
      share_identifier = "blue*"
      weight_factor    = 0.5
    }
  }
  tags = local.tags
}

resource "aws_batch_scheduling_policy" "plain" {
  name = "tf-plain"
  fair_share_policy {}
}

resource "aws_batch_job_queue" "shared" {
  name                  = "tf-shared"
  state                 = "ENABLED"
  priority              = 1
  scheduling_policy_arn = var.changed ? aws_batch_scheduling_policy.plain.arn : aws_batch_scheduling_policy.teams.arn
  compute_environment_order {
    order               = 1
    compute_environment = aws_batch_compute_environment.ec2.arn
  }
}

resource "aws_batch_job_definition" "shared" {
  name                 = "tf-shared"
  type                 = "container"
  scheduling_priority  = var.changed ? 20 : 10
  container_properties = jsonencode({ image = "busybox", command = ["true"], vcpus = 1, memory = 128 })
}

data "aws_batch_scheduling_policy" "teams" {
  arn = aws_batch_scheduling_policy.teams.arn
}
