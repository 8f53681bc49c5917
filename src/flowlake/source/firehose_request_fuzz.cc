#include <cstdint>
#include <string_view>

#include "flowlake/source/delivered_records.h"
#include "flowlake/source/firehose_request.h"
#include "flowlake/source/object_event.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto request = flowlake::ParseFirehoseRequest(text);
  if (request.ok()) flowlake::GroupRecords(request->records);
  (void)flowlake::ObjectsCreated(text);
  (void)flowlake::Deaggregate(text);
  return 0;
}
