output "lake" {
  value = local.lake
}

output "logs" {
  value = "s3://${aws_s3_bucket.logs.id}"
}

output "workgroup" {
  value = aws_athena_workgroup.flowlake.name
}
