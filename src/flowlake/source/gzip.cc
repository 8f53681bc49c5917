#include "flowlake/source/gzip.h"

#include <isa-l/igzip_lib.h>

#include <cstdint>

namespace flowlake {

std::string Gzip(std::string_view plain) {
  // Stored blocks are the worst case: five bytes for every 64 KiB, and the wrapper.
  std::string zipped(plain.size() + plain.size() / 1000 + 1024, '\0');
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(plain.data()));
  stream.avail_in = static_cast<uint32_t>(plain.size());
  stream.next_out = reinterpret_cast<uint8_t*>(zipped.data());
  stream.avail_out = static_cast<uint32_t>(zipped.size());
  isal_deflate_stateless(&stream);
  zipped.resize(stream.total_out);
  return zipped;
}

}  // namespace flowlake
