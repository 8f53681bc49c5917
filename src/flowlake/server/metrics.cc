#include "flowlake/server/metrics.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "flowlake/base/version.h"

namespace flowlake {

namespace {

constexpr std::array<const char*, kDeliveryOutcomes> kOutcomes = {
    "accepted", "duplicate", "unauthorized", "malformed", "unavailable"};

std::string Head(const std::string& name, const char* type, const std::string& help) {
  return "# HELP " + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
}

template <typename Number>
std::string Sample(const std::string& name, Number value) {
  std::ostringstream text;
  text << name << ' ' << value << '\n';
  return text.str();
}

std::string Counter(const std::string& name, const std::string& help, int64_t value) {
  return Head(name, "counter", help) + Sample(name, value);
}

template <typename Number>
std::string Gauge(const std::string& name, const std::string& help, Number value) {
  return Head(name, "gauge", help) + Sample(name, value);
}

/// Nothing that could end a label.
std::string LabelText(std::string text) {
  const auto is_odd = [](unsigned char c) { return c < ' ' || c == '"' || c == '\\'; };
  std::ranges::replace_if(text, is_odd, '_');
  return text;
}

double AgeSeconds(int64_t since_ms, int64_t now_ms) {
  if (since_ms == 0) return 0;
  return static_cast<double>(std::max<int64_t>(0, now_ms - since_ms)) / 1000;
}

int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t size = 0;
  int64_t resident = 0;
  statm >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

void DurationHistogram::Observe(double seconds) {
  const auto bound = std::ranges::lower_bound(kBounds, seconds);
  ++counts_[static_cast<size_t>(bound - kBounds.begin())];
  micros_ += static_cast<int64_t>(seconds * 1e6);
}

std::string DurationHistogram::Render(const std::string& name,
                                      const std::string& help) const {
  std::ostringstream text;
  text << Head(name, "histogram", help);
  int64_t count = 0;
  for (size_t i = 0; i < kBounds.size(); ++i) {
    count += counts_[i];
    text << name << "_bucket{le=\"" << kBounds[i] << "\"} " << count << '\n';
  }
  count += counts_.back();
  text << name << "_bucket{le=\"+Inf\"} " << count << '\n'
       << name << "_sum " << static_cast<double>(micros_) / 1e6 << '\n'
       << name << "_count " << count << '\n';
  return text.str();
}

void FailureCounts::Add(const Failures& failures) {
  const std::lock_guard lock(mutex_);
  // A file's path would make a series of each file.
  for (const Failure& failure : failures) {
    const std::string& object = failure.object;
    ++counts_[{object.substr(0, object.find('/')), failure.step}];
  }
}

std::string FailureCounts::Render(const std::string& name,
                                  const std::string& help) const {
  const std::lock_guard lock(mutex_);
  std::string text = Head(name, "counter", help);
  for (const auto& [labels, count] : counts_) {
    text += Sample(name + "{table=\"" + LabelText(labels.first) + "\",step=\"" +
                       LabelText(labels.second) + "\"}",
                   count);
  }
  return text;
}

std::string RenderMetrics(const Metrics& metrics, int64_t now_ms) {
  std::string text =
      Head("flowlake_deliveries_total", "counter", "Requests of Firehose, by outcome.");
  for (size_t i = 0; i < kOutcomes.size(); ++i) {
    const std::string name =
        std::string("flowlake_deliveries_total{outcome=\"") + kOutcomes[i] + "\"}";
    text += Sample(name, metrics.deliveries[i].load());
  }
  const auto counter = [&](const char* name, const char* help, int64_t value) {
    text += Counter(name, help, value);
  };
  const auto gauge = [&](const char* name, const char* help, auto value) {
    text += Gauge(name, help, value);
  };
  counter("flowlake_received_bytes_total", "Bodies as they were sent.",
          metrics.received_bytes);
  counter("flowlake_delivered_bytes_total", "Records of deliveries, decoded.",
          metrics.delivered_bytes);
  counter("flowlake_inputs_total", "Inputs whose records are in the lake.",
          metrics.inputs);
  counter("flowlake_inputs_skipped_total", "Inputs that the lake had before.",
          metrics.skipped);
  counter("flowlake_inputs_refused_total", "Inputs whose content is unusable.",
          metrics.refused);
  counter("flowlake_records_total", "Records written to the lake.", metrics.records);
  counter("flowlake_rejects_total", "Lines that could not be parsed.", metrics.rejects);
  counter("flowlake_written_bytes_total", "Data files written.", metrics.written_bytes);
  counter("flowlake_failures_total", "Failures of what is tried again.",
          metrics.failures);
  text += metrics.failed_steps.Render(
      "flowlake_failed_steps_total",
      "Steps that failed of one table, while the others went on.");
  text += metrics.acknowledge_seconds.Render(
      "flowlake_acknowledge_seconds", "From a delivery's last byte to its durability.");
  text += metrics.commit_seconds.Render("flowlake_commit_seconds",
                                        "From inputs to their commit.");
  gauge("flowlake_wal_deliveries", "Deliveries in the write-ahead log.",
        metrics.wal_deliveries.load());
  gauge("flowlake_wal_bytes", "Their size.", metrics.wal_bytes.load());
  gauge("flowlake_wal_damaged", "Deliveries in the log that cannot be read.",
        metrics.wal_damaged.load());
  gauge("flowlake_wal_aside_bytes",
        "Deliveries in the log that wait for a table that failed.",
        metrics.wal_aside_bytes.load());
  gauge("flowlake_stuck_seconds",
        "For how long something delivered has failed to come into the lake.",
        AgeSeconds(metrics.stuck_since_ms, now_ms));
  gauge("flowlake_wal_oldest_seconds", "Age of the oldest delivery in the log.",
        AgeSeconds(metrics.wal_oldest_ms, now_ms));
  gauge("flowlake_staged_oldest_seconds", "Age of the oldest staged edit.",
        AgeSeconds(metrics.staged_oldest_ms, now_ms));
  gauge("flowlake_compaction_files", "Files that a compaction would replace.",
        metrics.compaction_files.load());
  gauge("flowlake_connections", "Open connections.", metrics.connections.load());
  gauge("process_resident_memory_bytes", "Memory of the process.", ResidentBytes());
  text += Head("flowlake_build_info", "gauge", "The version, in a label.") +
          "flowlake_build_info{version=\"" + kVersion + "\"} 1\n";
  return text;
}

}  // namespace flowlake
