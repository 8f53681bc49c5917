variable "name" {
  description = "Begins the names of everything"
  type        = string
  default     = "flowlake"
}

variable "package" {
  description = "The zip of `make package`"
  type        = string
}

variable "architecture" {
  description = "Of the package: x86_64 or arm64"
  type        = string
  default     = "x86_64"
  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "The architecture is x86_64 or arm64."
  }
}

variable "vpc_id" {
  description = "A VPC to log; empty for none, where something else writes into the log bucket"
  type        = string
  default     = ""
}

variable "source_accounts" {
  description = "Accounts whose flow logs may be delivered into the log bucket; empty: this one"
  type        = list(string)
  default     = []
}

variable "log_group" {
  description = "A log group of CloudWatch Logs that has flow logs, delivered through Firehose; empty for none"
  type        = string
  default     = ""
}

variable "extraction" {
  description = "Who takes the lines out of CloudWatch's documents: Firehose itself (built-in) or our transformation (lambda)"
  type        = string
  default     = "built-in"
  validation {
    condition     = contains(["built-in", "lambda"], var.extraction)
    error_message = "The extraction is built-in or lambda."
  }
}

variable "kms_key_arn" {
  description = "A key for the buckets, the queues and the stream; empty for AWS's own"
  type        = string
  default     = ""
}

variable "log_days" {
  description = "Days after which the original logs are deleted"
  type        = number
  default     = 30
}

variable "scan_cutoff" {
  description = "Bytes that one query of the workgroup may scan"
  type        = number
  default     = 107374182400
}

variable "alarm_topic" {
  description = "ARN of an SNS topic that the alarms tell; empty for none"
  type        = string
  default     = ""
}
