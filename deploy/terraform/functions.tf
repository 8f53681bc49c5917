# One package, several functions: what they may do differs. Converters stage, one committer makes
# visible, one maintainer compacts, expires and vacuums, one sweeper looks for lost events.

locals {
  lake              = "s3://${aws_s3_bucket.lake.id}/lake"
  lake_objects      = "${aws_s3_bucket.lake.arn}/lake/*"
  converter_timeout = 300
  has_transformer   = var.log_group != "" && var.extraction == "lambda"

  reads_logs   = { actions = ["s3:GetObject"], resources = ["${aws_s3_bucket.logs.arn}/*"] }
  lists        = { actions = ["s3:ListBucket"], resources = [aws_s3_bucket.logs.arn, aws_s3_bucket.lake.arn] }
  writes_lake  = { actions = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], resources = [local.lake_objects] }
  deletes_lake = { actions = ["s3:DeleteObject"], resources = [local.lake_objects] }
  sees_uploads = { actions = ["s3:ListBucketMultipartUploads"], resources = [aws_s3_bucket.lake.arn] }
  puts_back    = { actions = ["firehose:PutRecordBatch"], resources = ["arn:${data.aws_partition.here.partition}:firehose:*:${data.aws_caller_identity.here.account_id}:deliverystream/${var.name}"] }

  functions = merge({
    converter = {
      memory = 512, timeout = local.converter_timeout, storage = 512, concurrency = -1
      may    = [local.reads_logs, local.lists, local.writes_lake, { actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources = [aws_sqs_queue.objects.arn] }]
    }
    committer = {
      memory = 512, timeout = 300, storage = 512, concurrency = 1
      may    = [local.lists, local.writes_lake, local.deletes_lake]
    }
    maintainer = {
      memory = 3008, timeout = 900, storage = 10240, concurrency = 1
      may    = [local.lists, local.sees_uploads, local.writes_lake, local.deletes_lake]
    }
    sweeper = {
      memory = 512, timeout = 900, storage = 512, concurrency = 1
      may    = [local.reads_logs, local.lists, local.writes_lake]
    }
    }, local.has_transformer ? {
    transformer = {
      memory = 512, timeout = 300, storage = 512, concurrency = -1
      may    = [local.lists, local.writes_lake, local.puts_back]
    }
  } : {})

  schedules = {
    committer  = { expression = "rate(1 minute)", input = { do = "commit" } }
    maintainer = { expression = "rate(1 hour)", input = { do = "maintain" } }
    sweeper    = { expression = "cron(30 1 * * ? *)", input = { do = "sweep", source = "s3://${aws_s3_bucket.logs.id}/AWSLogs", days = 3 } }
  }
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  for_each           = local.functions
  name_prefix        = "${var.name}-${each.key}-"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

data "aws_iam_policy_document" "function" {
  for_each = local.functions
  dynamic "statement" {
    for_each = each.value.may
    content {
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"]
  }
  dynamic "statement" {
    for_each = local.has_key ? [var.kms_key_arn] : []
    content {
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions
  name     = "work"
  role     = aws_iam_role.function[each.key].id
  policy   = data.aws_iam_policy_document.function[each.key].json
}

resource "aws_cloudwatch_log_group" "function" {
  for_each          = local.functions
  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = 30
}

resource "aws_lambda_function" "this" {
  for_each                       = local.functions
  function_name                  = "${var.name}-${each.key}"
  role                           = aws_iam_role.function[each.key].arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  filename                       = var.package
  source_code_hash               = filebase64sha256(var.package)
  memory_size                    = each.value.memory
  timeout                        = each.value.timeout
  reserved_concurrent_executions = each.value.concurrency
  ephemeral_storage {
    size = each.value.storage
  }
  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }
  environment {
    variables = { FLOWLAKE_LAKE = local.lake }
  }
}

resource "aws_cloudwatch_event_rule" "schedule" {
  for_each            = local.schedules
  name                = "${var.name}-${each.key}"
  schedule_expression = each.value.expression
}

resource "aws_cloudwatch_event_target" "schedule" {
  for_each = local.schedules
  rule     = aws_cloudwatch_event_rule.schedule[each.key].name
  arn      = aws_lambda_function.this[each.key].arn
  input    = jsonencode(each.value.input)
}

resource "aws_lambda_permission" "schedule" {
  for_each      = local.schedules
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this[each.key].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.schedule[each.key].arn
}
