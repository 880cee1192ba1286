resource "aws_batch_job_queue" "ec2" {
  name     = "tf-ec2"
  state    = "ENABLED"
  priority = var.changed ? 7 : 1
  compute_environment_order {
    order               = 1
    compute_environment = aws_batch_compute_environment.ec2.arn
  }
  compute_environment_order {
    order               = 2
    compute_environment = aws_batch_compute_environment.spot.arn
  }
  job_state_time_limit_action {
    action           = "CANCEL"
    max_time_seconds = var.changed ? 1200 : 600
    reason           = "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"
    state            = "RUNNABLE"
  }
  tags = local.tags
}

resource "aws_batch_job_queue" "fargate" {
  name     = "tf-fargate"
  state    = var.changed ? "DISABLED" : "ENABLED"
  priority = 1
  compute_environment_order {
    order               = 1
    compute_environment = aws_batch_compute_environment.fargate.arn
  }
  compute_environment_order {
    order               = 2
    compute_environment = aws_batch_compute_environment.fargate_spot.arn
  }
}

data "aws_batch_job_queue" "ec2" {
  name = aws_batch_job_queue.ec2.name
}

data "aws_batch_compute_environment" "ec2" {
  compute_environment_name = aws_batch_compute_environment.ec2.compute_environment_name
}

data "aws_batch_job_definition" "plain" {
  name       = aws_batch_job_definition.plain.name
  depends_on = [aws_batch_job_definition.plain]
}
