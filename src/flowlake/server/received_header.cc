#include "flowlake/server/received_header.h"

#include <microhttpd.h>

#include <functional>
#include <string_view>

namespace flowlake {

namespace {

MHD_Result CollectField(void* header, MHD_ValueKind, const char* name,
                        const char* value) {
  static_cast<ReceivedHeader*>(header)->fields.emplace_back(
      name, value == nullptr ? "" : value);
  return MHD_YES;
}

/// Versions 0.9 take a bare LF for a line's end, lines that go on in the next, spaces
/// before a colon, however strict they are told to be; but they parse a header where it
/// lies, so that it can still be read, but for NUL LF, which they leave as they leave CR
/// LF (and colon LF, as an empty line). From 1.0 on they refuse all that themselves.
bool IsLineCheckOurs() {
  static const bool is_ours = std::string_view(MHD_get_version()).starts_with("0.");
  return is_ours;
}

/// What stands before the target, which the library ends at the first NUL of its
/// sender's.
std::string_view MethodOf(std::string_view bytes, const char* url) {
  const std::string_view method(bytes.data());
  const std::less<const char*> is_before;
  const bool is_within =
      is_before(bytes.data(), url) && is_before(url, bytes.data() + bytes.size());
  if (!IsLineCheckOurs() || !is_within) return method;
  return bytes.substr(0, static_cast<size_t>(url - bytes.data()) - 1);
}

}  // namespace

ReceivedHeader ReadHeader(MHD_Connection* connection, const char* method, const char* url,
                          const char* version) {
  const auto* size =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  const std::string_view bytes(method, size->header_size);
  ReceivedHeader header{bytes, version, {}, MethodOf(bytes, url), url};
  MHD_get_connection_values(connection, MHD_HEADER_KIND, &CollectField, &header);
  return header;
}

std::optional<std::string> FindFramingFault(const ReceivedHeader& header) {
  if (IsLineCheckOurs()) {
    if (auto fault = FindLineFault(header)) return fault;
  }
  return FindFieldFault(header);
}

}  // namespace flowlake
