terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "server" {
  type = string
}

# What a second apply changes.
variable "changed" {
  type    = bool
  default = false
}

# The key comes from the environment.
provider "aws" {
  region                     = "us-east-1"
  skip_metadata_api_check    = true
  skip_requesting_account_id = true
  endpoints {
    batch = var.server
    iam   = var.server
    sts   = var.server
  }
}

locals {
  role = "arn:aws:iam::000000000000:role"
  # one is overwritten, one goes, one comes: in place, whatever they are of
  tags = var.changed ? { team = "blue", "cost centre" = "10 @ 5/6" } : { team = "red", gone = "" }
}
