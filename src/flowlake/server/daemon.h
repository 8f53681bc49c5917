/// Everything that serves one lake, put together.
#pragma once

#include <cstdint>
#include <memory>

#include "flowlake/base/status.h"
#include "flowlake/server/serve_options.h"

namespace flowlake {

/// Runs from Start() to Stop().
class Daemon {
 public:
  /// Makes the lake if there is none. An error: nothing runs.
  static Result<std::unique_ptr<Daemon>> Start(const ServeOptions& options);
  /// As Start() does it, but nothing is made, listens or runs: settings, keys,
  /// certificate, the lake and the places to watch are looked at.
  static Status Check(const ServeOptions& options);
  ~Daemon();

  uint16_t port() const;

  /// Keys and certificate again; an error leaves the old ones.
  Status Reload();

  /// Answers what is under way, flushes the write-ahead log if that works at once, waits
  /// for what runs beside. False: something still runs, and the process must end without
  /// destroying this; the lake does not mind.
  bool Stop(int64_t patience_ms);

 private:
  struct Parts;
  explicit Daemon(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace flowlake
