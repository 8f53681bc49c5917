#include "flowlake/query/remote_engine.h"

#include <arrow/api.h>

#include <utility>

#include "flowlake/query/dialect.h"

namespace flowlake {

Result<std::unique_ptr<Engine>> OpenRemoteEngine(const std::string& address) {
  ARROW_ASSIGN_OR_RAISE(EngineAddress parsed, ParseEngineAddress(address));
  if (parsed.scheme == "athena") return MakeAthenaEngine(std::move(parsed));
  return MakeTrinoEngine(std::move(parsed));
}

Result<QueryStatistics> RemoteEngine::Estimate(const std::string&) {
  return Status::Invalid(
      "--estimate and --max-scan are the embedded engine's; with "
      "--engine, EXPLAIN is what there is");
}

Result<std::vector<std::string>> RemoteEngine::TableNames() {
  ARROW_ASSIGN_OR_RAISE(const auto answer, Run("SHOW TABLES", {}));
  std::vector<std::string> names;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, answer->Next());
    if (!batch) return names;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      ARROW_ASSIGN_OR_RAISE(const auto name, batch->column(0)->GetScalar(row));
      names.push_back(name->ToString());
    }
  }
}

Result<std::vector<std::string>> RemoteEngine::Split(const std::string& script) {
  std::vector<std::string> statements;
  size_t begin = 0;
  bool is_empty = true;
  for (const SqlToken& token : TokenizeSql(script)) {
    if (script.substr(token.begin, token.end - token.begin) != ";") {
      is_empty = false;
      continue;
    }
    if (!is_empty) statements.push_back(script.substr(begin, token.begin - begin));
    begin = token.end;
    is_empty = true;
  }
  if (!is_empty) statements.push_back(script.substr(begin));
  return statements;
}

}  // namespace flowlake
