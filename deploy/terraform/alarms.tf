locals {
  alarms = {
    dead-letters = {
      description = "Objects that could not be converted in ten tries; doc/deploy.md says what to do"
      namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum"
      dimensions  = { QueueName = aws_sqs_queue.dead_letters.name }
      period      = 300, periods = 1, threshold = 0, missing = "notBreaching"
    }
    backlog = {
      description = "Objects have waited for an hour to be converted"
      namespace   = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", statistic = "Maximum"
      dimensions  = { QueueName = aws_sqs_queue.objects.name }
      period      = 300, periods = 1, threshold = 3600, missing = "notBreaching"
    }
    committer = {
      description = "The committer has failed for a quarter of an hour"
      namespace   = "AWS/Lambda", metric = "Errors", statistic = "Minimum"
      dimensions  = { FunctionName = aws_lambda_function.this["committer"].function_name }
      period      = 60, periods = 15, threshold = 0, missing = "breaching"
    }
    staged-edits = {
      description = "What was converted has waited for a quarter of an hour to become visible"
      namespace   = "flowlake", metric = "OldestStagedEditSeconds", statistic = "Maximum"
      dimensions  = {}
      period      = 300, periods = 1, threshold = 900, missing = "notBreaching"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "alarms" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  dimensions          = each.value.dimensions
  period              = each.value.period
  evaluation_periods  = each.value.periods
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = each.value.missing
  alarm_actions       = var.alarm_topic == "" ? [] : [var.alarm_topic]
}
