/// An object under construction in S3.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <string>

#include "flowlake/store/s3_client.h"

namespace flowlake {

/// One PUT for what fits a part, else a multipart upload that holds one part in memory.
/// The object appears when Close() is done.
std::shared_ptr<arrow::io::OutputStream> MakeS3Upload(std::shared_ptr<S3Client> client,
                                                      std::string key);

}  // namespace flowlake
