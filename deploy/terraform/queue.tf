resource "aws_sqs_queue" "dead_letters" {
  name_prefix               = "${var.name}-dead-letters-"
  message_retention_seconds = 1209600
  kms_master_key_id         = local.has_key ? var.kms_key_arn : null
}

resource "aws_sqs_queue" "objects" {
  name_prefix                = "${var.name}-objects-"
  visibility_timeout_seconds = 6 * local.converter_timeout
  message_retention_seconds  = 1209600
  kms_master_key_id          = local.has_key ? var.kms_key_arn : null
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 10
  })
}

data "aws_iam_policy_document" "queue" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.objects.arn]
    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_s3_bucket.logs.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.here.account_id]
    }
  }
}

resource "aws_sqs_queue_policy" "objects" {
  queue_url = aws_sqs_queue.objects.id
  policy    = data.aws_iam_policy_document.queue.json
}

resource "aws_s3_bucket_notification" "logs" {
  bucket = aws_s3_bucket.logs.id
  queue {
    queue_arn = aws_sqs_queue.objects.arn
    events    = ["s3:ObjectCreated:*"]
  }
  depends_on = [aws_sqs_queue_policy.objects]
}

resource "aws_lambda_event_source_mapping" "objects" {
  event_source_arn                   = aws_sqs_queue.objects.arn
  function_name                      = aws_lambda_function.this["converter"].arn
  batch_size                         = 100
  maximum_batching_window_in_seconds = 60
  function_response_types            = ["ReportBatchItemFailures"]
  scaling_config {
    maximum_concurrency = 50
  }
  depends_on = [aws_iam_role_policy.function]
}
