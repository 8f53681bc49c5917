#include <cstdint>
#include <string_view>

#include "flowlake/lambda/transform.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  flowlake::TransformOptions options;
  options.is_json = size % 2 == 0;
  options.max_bytes = 100;
  options.put_back = [](const auto&) { return flowlake::Status::OK(); };
  const std::string_view event(reinterpret_cast<const char*>(data), size);
  const auto json = nlohmann::ordered_json::parse(event, nullptr, false);
  (void)flowlake::TransformRecords(json, options);
  return 0;
}
