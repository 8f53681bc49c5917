# `terraform test` here: plans without an account.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  package = "tests/plan.tftest.hcl" # any file
}

run "without_options" {
  command = plan
  assert {
    condition     = length(aws_kinesis_firehose_delivery_stream.logs) == 0 && length(aws_flow_log.vpc) == 0
    error_message = "What nobody asked for is not made."
  }
  assert {
    condition     = aws_sqs_queue.objects.visibility_timeout_seconds >= 6 * aws_lambda_function.this["converter"].timeout
    error_message = "A message must not come back while its objects are converted."
  }
  assert {
    condition     = aws_lambda_function.this["committer"].reserved_concurrent_executions == 1
    error_message = "There is one committer."
  }
  assert {
    condition     = alltrue([for each in aws_s3_bucket_public_access_block.private : each.block_public_policy && each.restrict_public_buckets])
    error_message = "Nothing is public."
  }
}

run "with_everything" {
  command = plan
  variables {
    vpc_id          = "vpc-0123456789abcdef0"
    log_group       = "/vpc/flow-logs"
    extraction      = "lambda"
    kms_key_arn     = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    source_accounts = ["111122223333", "444455556666"]
    alarm_topic     = "arn:aws:sns:us-east-1:123456789012:alarms"
  }
  assert {
    condition     = contains(keys(aws_lambda_function.this), "transformer")
    error_message = "The transformation is a function of its own."
  }
}

run "an_extraction_that_is_none" {
  command = plan
  variables {
    extraction = "magic"
  }
  expect_failures = [var.extraction]
}
