#include "flowlake/server/serve_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/duration.h"
#include "flowlake/server/queue_reader.h"

namespace flowlake {

namespace {

using Kind = ServeSetting::Kind;

constexpr int64_t kLeastMemory = int64_t{768} << 20;
constexpr int64_t kMostConnections = 65'536;

template <auto member>
Status SetText(ServeOptions& options, const std::string& text) {
  options.*member = text;
  return Status::OK();
}

template <auto member>
Status AddText(ServeOptions& options, const std::string& text) {
  (options.*member).push_back(text);
  return Status::OK();
}

template <auto member>
Status SetBytes(ServeOptions& options, const std::string& text) {
  ARROW_ASSIGN_OR_RAISE(options.*member, ParseByteSize(text));
  return options.*member > 0 ? Status::OK()
                             : Status::Invalid("must be more than nothing");
}

template <auto member>
Status SetDuration(ServeOptions& options, const std::string& text) {
  ARROW_ASSIGN_OR_RAISE(options.*member, ParseDuration(text));
  return Status::OK();
}

template <typename Number>
Status ParseNumber(std::string_view text, int64_t most, Number& number) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end || value < 0 || value > most) {
    return Status::Invalid("'", text, "' is no number up to ", most);
  }
  number = static_cast<Number>(value);
  return Status::OK();
}

/// "127.0.0.1:8080", "[::1]:8080", "8080".
Status SetListen(ServeOptions& options, const std::string& text) {
  const size_t colon = text.rfind(':');
  std::string address = colon == text.npos ? "127.0.0.1" : text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  const std::string port = colon == text.npos ? text : text.substr(colon + 1);
  const Status status =
      ParseNumber(port, std::numeric_limits<uint16_t>::max(), options.port);
  if (!status.ok() || address.empty()) {
    return Status::Invalid("'", text, "' is no address such as 127.0.0.1:8080");
  }
  options.address = address;
  return Status::OK();
}

Status SetConnections(ServeOptions& options, const std::string& text) {
  return ParseNumber(text, kMostConnections, options.connections);
}

Status SetMaintain(ServeOptions& options, const std::string& text) {
  if (text == "never") {
    options.maintain_every_ms = 0;
    return Status::OK();
  }
  return SetDuration<&ServeOptions::maintain_every_ms>(options, text);
}

Status SetYes(ServeOptions& options, const std::string& text) {
  if (text != "true" && text != "false") return Status::Invalid("is true or false");
  options.may_delete = text == "true";
  return Status::OK();
}

Status SetLog(ServeOptions& options, const std::string& text) {
  if (text != "auto" && text != "text" && text != "json") {
    return Status::Invalid("'", text, "' is none of auto, text and json");
  }
  options.log = text;
  return Status::OK();
}

constexpr std::array kSettings = {
    ServeSetting{"serve.listen", Kind::kText, "ADDRESS:PORT",
                 "where to answer [127.0.0.1:8080]", SetListen},
    ServeSetting{"serve.wal", Kind::kText, "PATH",
                 "take Firehose's deliveries, durable in this folder or s3://… at once",
                 SetText<&ServeOptions::wal>},
    ServeSetting{"serve.access_key_file", Kind::kText, "FILE",
                 "the keys that Firehose may send, one per line",
                 SetText<&ServeOptions::access_key_file>},
    ServeSetting{"serve.certificate", Kind::kText, "FILE",
                 "PEM with its chain: HTTPS; read again on SIGHUP",
                 SetText<&ServeOptions::certificate>},
    ServeSetting{"serve.certificate_key", Kind::kText, "FILE", "its private key, PEM",
                 SetText<&ServeOptions::certificate_key>},
    ServeSetting{"serve.metrics_key_file", Kind::kText, "FILE",
                 "bearer tokens for /metrics, one per line; needed off loopback",
                 SetText<&ServeOptions::metrics_key_file>},
    ServeSetting{"serve.flush_size", Kind::kText, "SIZE",
                 "deliveries go into the lake at this size [128MB] …",
                 SetBytes<&ServeOptions::flush_bytes>},
    ServeSetting{"serve.max_delay", Kind::kText, "TIME", "… or at this age [15m]",
                 SetDuration<&ServeOptions::max_delay_ms>},
    ServeSetting{"serve.wal_limit", Kind::kText, "SIZE",
                 "a longer log takes nothing more: Firehose tries again [10GB]",
                 SetBytes<&ServeOptions::wal_limit>},
    ServeSetting{"serve.watch", Kind::kList, "PATH",
                 "a folder or s3://bucket/prefix whose new logs are ingested",
                 AddText<&ServeOptions::watch>},
    ServeSetting{"serve.watch_every", Kind::kText, "TIME",
                 "how often to look there [60s]",
                 SetDuration<&ServeOptions::watch_every_ms>},
    ServeSetting{"serve.queue", Kind::kList, "URL", "an SQS queue of S3's events",
                 AddText<&ServeOptions::queues>},
    ServeSetting{"serve.maintain_every", Kind::kText, "TIME",
                 "how often to compact and look after the lake, or never [15m]",
                 SetMaintain},
    ServeSetting{"serve.yes", Kind::kSwitch, "",
                 "expire and vacuum too, as maintain --yes", SetYes},
    ServeSetting{"serve.memory", Kind::kText, "SIZE", "bound of the whole process [1GiB]",
                 SetBytes<&ServeOptions::memory_bytes>},
    ServeSetting{"serve.connections", Kind::kText, "N", "at the same time [1024]",
                 SetConnections},
    ServeSetting{"serve.log", Kind::kText, "FORMAT",
                 "text, json, or auto: text on a terminal [auto]", SetLog},
};

}  // namespace

bool ServeOptions::is_loopback() const {
  return address == "::1" || address.starts_with("127.");
}

std::span<const ServeSetting> ServeSettings() { return kSettings; }

std::string ServeSetting::flag() const {
  std::string flag(key.key().name);
  std::ranges::replace(flag, '_', '-');
  return flag;
}

void AddServeValues(const ConfigFile& config, ServeValues& values) {
  for (const ConfigSection& section : config.Sections("serve")) {
    for (const ServeSetting& setting : kSettings) {
      if (!section.Has(setting.key)) continue;
      values[setting.flag()] = section.Texts(setting.key);
      if (const auto flag = section.Flag(setting.key);
          setting.kind == Kind::kSwitch && flag) {
        values[setting.flag()] = {*flag ? "true" : "false"};
      }
    }
  }
}

Status ApplyServeValues(const ServeValues& values, ServeOptions& options) {
  for (const ServeSetting& setting : kSettings) {
    const auto found = values.find(setting.flag());
    if (found == values.end()) continue;
    for (const std::string& text : found->second) {
      const Status status = setting.set(options, text);
      if (!status.ok()) {
        return Status::Invalid("--", setting.flag(), ": ", status.message());
      }
    }
  }
  return Status::OK();
}

Status CheckServeOptions(const ServeOptions& options) {
  if (options.wal.empty() && options.watch.empty() && options.queues.empty()) {
    return Status::Invalid(
        "there is nothing to serve: --wal takes Firehose's deliveries, --watch looks "
        "into "
        "folders and prefixes, --queue reads events of S3");
  }
  if (options.certificate.empty() != options.certificate_key.empty()) {
    return Status::Invalid("--certificate and --certificate-key go together");
  }
  if (!options.wal.empty() && !options.is_loopback() && options.access_key_file.empty()) {
    return Status::Invalid("--listen ", options.address,
                           " is not loopback: --access-key-file says who may deliver");
  }
  for (const std::string& url : options.queues) {
    ARROW_RETURN_NOT_OK(LocateQueue(url).status());
  }
  if (options.memory_bytes < kLeastMemory) {
    return Status::Invalid("--memory is at least ", FormatByteSize(kLeastMemory));
  }
  return Status::OK();
}

}  // namespace flowlake
