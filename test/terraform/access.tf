# Users, groups, roles and what they may do: nearly all of aws_iam_* that people write for Batch.

locals {
  tasks = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
  submit = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = var.changed ? "Changed" : "First"
      Effect   = "Allow"
      Action   = ["batch:SubmitJob", "batch:Describe*"]
      Resource = "*"
    }]
  })
  read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_policy" "submit" {
  name        = "tf-submit"
  path        = "/tf/"
  description = "who submits"
  policy      = local.submit
  tags        = local.tags
}

resource "aws_iam_user" "ann" {
  name                 = "tf-ann"
  path                 = var.changed ? "/tf/more/" : "/tf/"
  permissions_boundary = var.changed ? aws_iam_policy.submit.arn : local.read_only
  force_destroy        = true
  tags                 = local.tags
}

resource "aws_iam_access_key" "ann" {
  user   = aws_iam_user.ann.name
  status = var.changed ? "Inactive" : "Active"
}

resource "aws_iam_user_policy" "ann" {
  name   = "own"
  user   = aws_iam_user.ann.name
  policy = local.submit
}

resource "aws_iam_user_policy_attachment" "ann" {
  user       = aws_iam_user.ann.name
  policy_arn = aws_iam_policy.submit.arn
}

resource "aws_iam_group" "team" {
  name = var.changed ? "tf-teams" : "tf-team"
  path = "/tf/"
}

resource "aws_iam_group_membership" "team" {
  name  = "tf-team-members"
  group = aws_iam_group.team.name
  users = [aws_iam_user.ann.name]
}

resource "aws_iam_group" "other" {
  name = "tf-other"
}

resource "aws_iam_group" "spare" {
  name = "tf-spare"
}

resource "aws_iam_user" "ben" {
  name = var.changed ? "tf-benjamin" : "tf-ben"
}

resource "aws_iam_user_group_membership" "ben" {
  user   = aws_iam_user.ben.name
  groups = var.changed ? [aws_iam_group.other.name] : [aws_iam_group.other.name, aws_iam_group.spare.name]
}

resource "aws_iam_group_policy" "team" {
  name   = "own"
  group  = aws_iam_group.team.name
  policy = local.submit
}

resource "aws_iam_group_policy_attachment" "team" {
  group      = aws_iam_group.team.name
  policy_arn = local.read_only
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_user.ben.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.changed ? "second" : "first"]
    }
  }
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.ci.arn]
    }
  }
}

resource "aws_iam_role" "job" {
  name                 = "tf-job"
  path                 = "/tf/"
  description          = var.changed ? "changed" : "what jobs may do"
  max_session_duration = var.changed ? 7200 : 3600
  permissions_boundary = var.changed ? null : local.read_only
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  tags                 = local.tags
}

resource "aws_iam_role" "plain" {
  name_prefix           = "tf-plain-"
  assume_role_policy    = local.tasks
  force_detach_policies = true
}

resource "aws_iam_role_policy" "job" {
  name   = "own"
  role   = aws_iam_role.job.id
  policy = local.submit
}

resource "aws_iam_role_policy_attachment" "job" {
  role       = aws_iam_role.job.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_policy_attachment" "all" {
  name       = "tf-all"
  policy_arn = aws_iam_policy.shared.arn
  users      = [aws_iam_user.ben.name]
  roles      = var.changed ? [aws_iam_role.job.name] : [aws_iam_role.job.name, aws_iam_role.plain.name]
  groups     = [aws_iam_group.other.name]
}

resource "aws_iam_policy" "shared" {
  name   = "tf-shared"
  policy = local.submit
}

resource "aws_iam_instance_profile" "host" {
  name = "tf-host"
  path = "/tf/"
  role = var.changed ? aws_iam_role.plain.name : aws_iam_role.job.name
  tags = local.tags
}

resource "aws_iam_openid_connect_provider" "ci" {
  url            = "https://token.actions.example.com/tf"
  client_id_list = var.changed ? ["sts.amazonaws.com", "second"] : ["first", "sts.amazonaws.com"]
  thumbprint_list = [
    var.changed ? "1111111111111111111111111111111111111111" : "0000000000000000000000000000000000000000",
  ]
  tags = local.tags
}

data "aws_iam_role" "job" {
  name = aws_iam_role.job.name
}

data "aws_iam_user" "ann" {
  user_name = aws_iam_user.ann.name
}
