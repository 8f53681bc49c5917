#include "flowlake/server/daemon.h"

#include <atomic>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "flowlake/base/log.h"
#include "flowlake/compact/maintain_settings.h"
#include "flowlake/ingest/settings.h"
#include "flowlake/server/access_keys.h"
#include "flowlake/server/endpoint.h"
#include "flowlake/server/flusher.h"
#include "flowlake/server/http_server.h"
#include "flowlake/server/lake_writer.h"
#include "flowlake/server/metrics.h"
#include "flowlake/server/queue_reader.h"
#include "flowlake/server/recurring.h"
#include "flowlake/server/upkeep.h"
#include "flowlake/server/watcher.h"
#include "flowlake/server/write_ahead_log.h"
#include "flowlake/store/open_store.h"

namespace flowlake {

namespace {

constexpr int64_t kCommitEveryMs = 60'000;
constexpr int64_t kCountEveryMs = 1000;

/// How the process's memory is divided. Beside it there are the libraries' some 100 MB,
/// and a delivery of 64 MiB while it is unzipped.
struct MemoryShares {
  explicit MemoryShares(int64_t all)
      : bodies(static_cast<size_t>(all / 8)),
        flush(all / 8),
        ingest(all / 4),
        compaction(all * 3 / 8) {}

  size_t bodies;  ///< of requests, while they come in
  int64_t flush;  ///< content of deliveries
  int64_t ingest;
  int64_t compaction;
};

HttpServerOptions HttpOptions(const ServeOptions& options) {
  HttpServerOptions http;
  http.address = options.address;
  http.port = options.port;
  http.certificate = options.certificate;
  http.key = options.certificate_key;
  http.connections = static_cast<unsigned>(options.connections);
  http.all_bodies = MemoryShares(options.memory_bytes).bodies;
  return http;
}

/// What a lake's flowlake.toml says about formats and upkeep.
Status CheckLakeSettings(const Lake& lake) {
  ARROW_RETURN_NOT_OK(ReadSettings(lake).status());
  return ReadMaintainSettings(lake).status();
}

}  // namespace

struct Daemon::Parts {
  Parts(const ServeOptions& serve, Lake lake)
      : options(serve),
        shares(serve.memory_bytes),
        writer(std::move(lake), shares.ingest, metrics) {}

  Status Start();
  void StartRecurring();

  const ServeOptions options;
  const MemoryShares shares;
  Metrics metrics;
  AccessKeys keys;
  AccessKeys metrics_keys;
  LakeWriter writer;
  std::unique_ptr<WriteAheadLog> log;
  std::unique_ptr<Flusher> flusher;
  std::unique_ptr<Endpoint> endpoint;
  std::unique_ptr<HttpServer> http;
  std::unique_ptr<Watcher> watcher;
  std::vector<std::unique_ptr<QueueReader>> queues;
  std::atomic<bool> is_stopping{false};
  std::vector<std::unique_ptr<Recurring>> recurring;
};

Status Daemon::Parts::Start() {
  ARROW_RETURN_NOT_OK(CheckLakeSettings(writer.lake()));
  ARROW_RETURN_NOT_OK(keys.Load(options.access_key_file));
  ARROW_RETURN_NOT_OK(metrics_keys.Load(options.metrics_key_file));
  for (const std::string& url : options.queues) {
    ARROW_ASSIGN_OR_RAISE(auto queue, QueueReader::Open(url, writer));
    queues.push_back(std::move(queue));
  }
  if (!options.wal.empty()) {
    ARROW_ASSIGN_OR_RAISE(log, WriteAheadLog::Open(options.wal));
    const FlushOptions flush{options.flush_bytes, options.max_delay_ms, shares.flush,
                             options.wal_limit / 2};
    flusher = std::make_unique<Flusher>(*log, writer, flush, metrics);
    ARROW_RETURN_NOT_OK(flusher->Start());
  }
  endpoint = std::make_unique<Endpoint>(
      EndpointOptions{options.is_loopback(), options.wal_limit}, keys, metrics_keys,
      log.get(), flusher.get(), metrics);
  ARROW_ASSIGN_OR_RAISE(http, HttpServer::Start(HttpOptions(options), *endpoint));
  StartRecurring();
  return Status::OK();
}

void Daemon::Parts::StartRecurring() {
  const auto start = [this](RecurringOptions what, std::function<Status()> work) {
    recurring.push_back(
        std::make_unique<Recurring>(std::move(what), std::move(work), metrics));
  };
  start({"count connections", kCountEveryMs}, [this] {
    metrics.connections = static_cast<int64_t>(http->connection_count());
    return Status::OK();
  });
  start({"commit staged edits", kCommitEveryMs},
        [this] { return CommitStaged(writer.lake(), metrics); });
  for (const auto& queue : queues) {
    start({"read queue", /*period_ms=*/0},
          [reader = queue.get()] { return reader->Poll(); });
  }
  if (!options.watch.empty()) {
    watcher = std::make_unique<Watcher>(options.watch, writer);
    start({"watch", options.watch_every_ms}, [this] { return watcher->Look(); });
  }
  if (options.maintain_every_ms > 0) {
    start({"maintain", options.maintain_every_ms, /*is_low_priority=*/true}, [this] {
      const UpkeepOptions upkeep{shares.compaction, options.may_delete, is_stopping};
      return KeepUp(writer.lake(), upkeep, metrics);
    });
  }
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::Start(const ServeOptions& options) {
  ARROW_RETURN_NOT_OK(CheckServeOptions(options));
  ARROW_ASSIGN_OR_RAISE(auto store, OpenStore(options.lake));
  ARROW_ASSIGN_OR_RAISE(Lake lake, Lake::OpenOrCreate(std::move(store)));
  auto parts = std::make_unique<Parts>(options, std::move(lake));
  ARROW_RETURN_NOT_OK(parts->Start());
  return std::unique_ptr<Daemon>(new Daemon(std::move(parts)));
}

Status Daemon::Check(const ServeOptions& options) {
  ARROW_RETURN_NOT_OK(CheckServeOptions(options));
  ARROW_RETURN_NOT_OK(AccessKeys().Load(options.access_key_file));
  ARROW_RETURN_NOT_OK(AccessKeys().Load(options.metrics_key_file));
  ARROW_RETURN_NOT_OK(HttpServer::Check(HttpOptions(options)));
  for (const std::string& place : options.watch) {
    std::error_code error;
    if (!IsObjectUri(place) && !std::filesystem::exists(place, error)) {
      return Status::Invalid("--watch ", place, ": is not there");
    }
  }
  if (!options.wal.empty()) ARROW_RETURN_NOT_OK(OpenStore(options.wal).status());
  ARROW_ASSIGN_OR_RAISE(const auto store, OpenStore(options.lake));
  const auto lake = Lake::Open(store);
  if (lake.ok()) return CheckLakeSettings(*lake);
  ARROW_ASSIGN_OR_RAISE(const auto names, store->Names(""));
  // An empty place becomes a lake.
  return names.empty() ? Status::OK() : lake.status();
}

uint16_t Daemon::port() const { return parts_->http->port(); }

Status Daemon::Reload() {
  ARROW_RETURN_NOT_OK(parts_->keys.Load(parts_->options.access_key_file));
  ARROW_RETURN_NOT_OK(parts_->metrics_keys.Load(parts_->options.metrics_key_file));
  return parts_->http->ReloadCertificate();
}

bool Daemon::Stop(int64_t patience_ms) {
  parts_->is_stopping = true;
  parts_->endpoint->SetStopping();
  for (const auto& each : parts_->recurring) each->Ask();
  parts_->http->Stop(patience_ms);
  if (parts_->flusher) parts_->flusher->Stop(/*flush=*/true);
  bool has_ended = true;
  for (const auto& each : parts_->recurring) {
    has_ended = each->Stop(has_ended ? patience_ms : 0) && has_ended;
  }
  return has_ended;
}

}  // namespace flowlake
