/// The same queries on an engine that is not in this process: Trino or Athena.
#pragma once

#include <memory>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/query/engine.h"
#include "flowlake/query/engine_address.h"

namespace flowlake {

/// Runs statements as they are, in that engine's dialect: what tables it knows is its
/// catalogue's matter (`flowlake ddl`). Estimate() and a scan limit are not to be had
/// there. No request is sent before the first statement.
Result<std::unique_ptr<Engine>> OpenRemoteEngine(const std::string& address);

/// doc "Client REST API" of Trino: trino.io/docs/current/develop/client-protocol.html.
std::unique_ptr<Engine> MakeTrinoEngine(EngineAddress address);
/// AWS's "Amazon Athena API Reference".
Result<std::unique_ptr<Engine>> MakeAthenaEngine(EngineAddress address);

/// What the two have in common.
class RemoteEngine : public Engine {
 public:
  Result<QueryStatistics> Estimate(const std::string& sql) override;
  Result<std::vector<std::string>> TableNames() override;
  Result<std::vector<std::string>> Split(const std::string& script) override;
};

}  // namespace flowlake
