// Whatever bytes an object of a ledger is: it is read, and then written back as it was,
// or an error says why not.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "flowlake/table/ledger.h"
#include "flowlake/table/ledger_bytes.h"
#include "flowlake/table/ledger_root.h"

namespace {

using flowlake::Ledger;
using flowlake::LedgerManifest;
using flowlake::LedgerRoot;

template <typename T>
void Read(std::string_view bytes) {
  const auto parsed = T::Parse(bytes);
  if (!parsed.ok()) {
    if (parsed.status().message().empty()) std::abort();
  } else if (parsed->Serialize().size() > bytes.size()) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* magic : {"FLKEYS2\n", "FLROOT1\n", "FLMANI1\n"}) {
    // With the checksum that a fuzzer does not find.
    std::string bytes = magic + std::string(text);
    flowlake::AppendChecksum(&bytes);
    Read<LedgerRoot>(bytes);
    Read<LedgerManifest>(bytes);
    if (const auto ledger = Ledger::Parse(bytes); ledger.ok()) {
      if (ledger->Serialize().size() > bytes.size()) std::abort();
      ledger->Slice(1, 2).Then(*ledger).WithoutRemoved().Hashes();
    }
  }
  return 0;
}
