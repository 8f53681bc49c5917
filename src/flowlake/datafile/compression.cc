#include "flowlake/datafile/writer.h"

namespace flowlake {

Result<Compression> ParseCompression(std::string_view name) {
  if (name == "snappy") return Compression::kSnappy;
  if (name == "zstd") return Compression::kZstd;
  if (name == "gzip") return Compression::kGzip;
  if (name == "none") return Compression::kNone;
  return Status::Invalid("compression is one of snappy, zstd, gzip, none, not ", name);
}

}  // namespace flowlake
