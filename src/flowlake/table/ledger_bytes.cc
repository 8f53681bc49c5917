#include "flowlake/table/ledger_bytes.h"

#include <utility>

namespace flowlake {

namespace {

uint64_t NumberAt(std::string_view bytes, size_t offset) {
  uint64_t value = 0;
  for (const char c : bytes.substr(offset, 8)) {
    value = value << 8 | static_cast<unsigned char>(c);
  }
  return value;
}

}  // namespace

void AppendNumber(uint64_t value, std::string* bytes) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    *bytes += static_cast<char>(value >> shift & 0xFF);
  }
}

void AppendKey(const Key128& key, std::string* bytes) {
  AppendNumber(key.high, bytes);
  AppendNumber(key.low, bytes);
}

Key128 KeyAt(std::string_view bytes, size_t offset) {
  return {NumberAt(bytes, offset), NumberAt(bytes, offset + 8)};
}

Key128 AppendChecksum(std::string* bytes) {
  const Key128 checksum = HashOf(*bytes);
  AppendKey(checksum, bytes);
  return checksum;
}

Result<std::string_view> CheckedBody(std::string_view bytes, std::string_view magic,
                                     const char* what) {
  if (!bytes.starts_with(magic)) return Status::Invalid("not a ", what);
  if (bytes.size() < magic.size() + 8 + kLedgerKeyBytes) {
    return Status::Invalid("the ", what, " is cut after ", bytes.size(), " bytes");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kLedgerKeyBytes);
  if (HashOf(body) == KeyAt(bytes, body.size())) return body.substr(magic.size());
  return Status::Invalid("the ", what, " fails its checksum, so it is cut or damaged");
}

Status LedgerBytes::Cut() const {
  return Status::Invalid("the ", what_, " is cut after ", bytes_.size(), " bytes");
}

Result<uint64_t> LedgerBytes::Number() {
  if (left() < 8) return Cut();
  return NumberAt(bytes_, std::exchange(at_, at_ + 8));
}

Result<Key128> LedgerBytes::Key() {
  if (left() < kLedgerKeyBytes) return Cut();
  return KeyAt(bytes_, std::exchange(at_, at_ + kLedgerKeyBytes));
}

Result<std::string_view> LedgerBytes::Text(size_t length) {
  if (left() < length) return Cut();
  return bytes_.substr(std::exchange(at_, at_ + length), length);
}

Result<uint64_t> LedgerBytes::Count(size_t least_bytes) {
  ARROW_ASSIGN_OR_RAISE(const uint64_t count, Number());
  const uint64_t most = left() / least_bytes;
  if (count <= most) return count;
  return Status::Invalid("the ", what_, " has ", most, " keys, but says ", count);
}

Status LedgerBytes::Finish() const {
  if (left() == 0) return Status::OK();
  return Status::Invalid("the ", what_, " has ", left(), " bytes more than it says");
}

}  // namespace flowlake
