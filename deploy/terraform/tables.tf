resource "aws_glue_catalog_database" "flowlake" {
  name        = var.name
  description = "Flow logs; every table is a Delta table"
}

resource "aws_glue_catalog_table" "tables" {
  for_each      = toset(["vpc_flow", "rejects"])
  database_name = aws_glue_catalog_database.flowlake.name
  name          = each.key
  table_type    = "EXTERNAL_TABLE"
  parameters    = { EXTERNAL = "TRUE", table_type = "DELTA" }
  storage_descriptor {
    location = "${local.lake}/${each.key}"
  }
}

resource "aws_athena_workgroup" "flowlake" {
  name = var.name
  configuration {
    enforce_workgroup_configuration    = true
    bytes_scanned_cutoff_per_query     = var.scan_cutoff
    publish_cloudwatch_metrics_enabled = true
    result_configuration {
      output_location = "s3://${aws_s3_bucket.lake.id}/athena/"
    }
  }
}
