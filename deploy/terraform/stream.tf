# CloudWatch Logs, on a Firehose stream of its own: its objects arrive in the log bucket as any others.

locals {
  streams = var.log_group == "" ? toset([]) : toset(["cloudwatch"])
}

data "aws_iam_policy_document" "trust" {
  for_each = { firehose = "firehose.amazonaws.com", logs = "logs.amazonaws.com" }
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = [each.value]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.here.account_id]
    }
  }
}

resource "aws_iam_role" "stream" {
  for_each           = local.streams
  name_prefix        = "${var.name}-stream-"
  assume_role_policy = data.aws_iam_policy_document.trust["firehose"].json
}

data "aws_iam_policy_document" "stream" {
  statement {
    actions   = ["s3:PutObject", "s3:AbortMultipartUpload"]
    resources = ["${aws_s3_bucket.logs.arn}/firehose/*", "${aws_s3_bucket.logs.arn}/firehose-errors/*"]
  }
  statement {
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [aws_s3_bucket.logs.arn]
  }
  dynamic "statement" {
    for_each = local.has_transformer ? ["transformer"] : []
    content {
      actions   = ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"]
      resources = [aws_lambda_function.this[statement.value].arn]
    }
  }
  dynamic "statement" {
    for_each = local.has_key ? [var.kms_key_arn] : []
    content {
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role_policy" "stream" {
  for_each = local.streams
  name     = "write"
  role     = aws_iam_role.stream[each.key].id
  policy   = data.aws_iam_policy_document.stream.json
}

resource "aws_kinesis_firehose_delivery_stream" "logs" {
  for_each    = local.streams
  name        = var.name
  destination = "extended_s3"
  server_side_encryption {
    enabled  = true
    key_type = local.has_key ? "CUSTOMER_MANAGED_CMK" : "AWS_OWNED_CMK"
    key_arn  = local.has_key ? var.kms_key_arn : null
  }
  extended_s3_configuration {
    role_arn            = aws_iam_role.stream[each.key].arn
    bucket_arn          = aws_s3_bucket.logs.arn
    prefix              = "firehose/!{timestamp:yyyy/MM/dd}/"
    error_output_prefix = "firehose-errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/"
    buffering_size      = 64
    buffering_interval  = 300
    compression_format  = "GZIP"
    processing_configuration {
      enabled = true
      dynamic "processors" {
        for_each = local.has_transformer ? [
          { type = "Lambda", name = "LambdaArn", value = aws_lambda_function.this["transformer"].arn }
          ] : [
          { type = "Decompression", name = "CompressionFormat", value = "GZIP" },
          { type = "CloudWatchLogProcessing", name = "DataMessageExtraction", value = "true" }
        ]
        content {
          type = processors.value.type
          parameters {
            parameter_name  = processors.value.name
            parameter_value = processors.value.value
          }
        }
      }
    }
  }
  depends_on = [aws_iam_role_policy.stream]
}

resource "aws_iam_role" "subscription" {
  for_each           = local.streams
  name_prefix        = "${var.name}-subscription-"
  assume_role_policy = data.aws_iam_policy_document.trust["logs"].json
}

resource "aws_iam_role_policy" "subscription" {
  for_each = local.streams
  name     = "put"
  role     = aws_iam_role.subscription[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
      Resource = aws_kinesis_firehose_delivery_stream.logs[each.key].arn
    }]
  })
}

resource "aws_cloudwatch_log_subscription_filter" "logs" {
  for_each        = local.streams
  name            = var.name
  log_group_name  = var.log_group
  filter_pattern  = ""
  destination_arn = aws_kinesis_firehose_delivery_stream.logs[each.key].arn
  role_arn        = aws_iam_role.subscription[each.key].arn
  depends_on      = [aws_iam_role_policy.subscription]
}
