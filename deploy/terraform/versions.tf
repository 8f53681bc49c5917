terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80, < 7"
    }
  }
}

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}
