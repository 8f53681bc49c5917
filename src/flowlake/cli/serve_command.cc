/// flowlake serve: the daemon.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>

#include "flowlake/base/log.h"
#include "flowlake/cli/command.h"
#include "flowlake/config/host_config.h"
#include "flowlake/server/daemon.h"
#include "flowlake/server/serve_options.h"
#include "flowlake/store/open_store.h"
#include "flowlake/table/lake_settings.h"

namespace flowlake {

namespace {

constexpr int64_t kPatienceMs = 20'000;

struct Arguments {
  std::string lake;
  ServeValues flags;
  bool is_check = false;
};

/// A flag replaces what the host's file says, and that what the lake's says.
Result<ServeOptions> Interpret(const Arguments& arguments) {
  ServeValues values;
  ARROW_ASSIGN_OR_RAISE(const auto store, OpenStore(arguments.lake));
  ARROW_ASSIGN_OR_RAISE(const ConfigFile lakes, ReadLakeConfig(*store));
  AddServeValues(lakes, values);
  ARROW_ASSIGN_OR_RAISE(const ConfigFile hosts, ReadHostConfig());
  AddServeValues(hosts, values);
  for (const auto& [name, given] : arguments.flags) {
    if (!given.empty()) values[name] = given;
  }
  ServeOptions options;
  options.lake = arguments.lake;
  ARROW_RETURN_NOT_OK(ApplyServeValues(values, options));
  return options;
}

/// The signals that are for the daemon, blocked here and in all threads to come.
sigset_t BlockSignals() {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int each : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, each);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

void LogStart(const ServeOptions& options, uint16_t port) {
  const std::string scheme = options.certificate.empty() ? "http://" : "https://";
  const bool is_v6 = options.address.find(':') != std::string::npos;
  const std::string host = is_v6 ? '[' + options.address + ']' : options.address;
  Log(LogLevel::kInfo, "serving",
      {{"url", scheme + host + ':' + std::to_string(port)}, {"lake", options.lake}});
  if (!options.is_loopback() && options.certificate.empty()) {
    Log(LogLevel::kWarning,
        "keys and logs travel in clear: give --certificate, or let only something that "
        "speaks TLS reach this address");
  }
}

/// Until SIGTERM or SIGINT; a second one does not wait for anything.
ExitCode Serve(Daemon& daemon, const sigset_t& signals) {
  int signal = 0;
  while (::sigwait(&signals, &signal) == 0 && signal == SIGHUP) {
    const Status status = daemon.Reload();
    if (status.ok()) {
      Log(LogLevel::kInfo, "read keys and certificate again");
    } else {
      Log(LogLevel::kError, status.message());
    }
  }
  Log(LogLevel::kInfo, "stopping", {{"signal", ::strsignal(signal)}});
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  const bool has_ended = daemon.Stop(kPatienceMs);
  Log(LogLevel::kInfo,
      has_ended ? "stopped" : "stopped; what was half done is done again");
  // Where a thread still works, its objects must not be destroyed under it.
  if (!has_ended) std::_Exit(kExitOk);
  return kExitOk;
}

ExitCode RunServe(const Arguments& arguments) {
  const auto options = Interpret(arguments);
  if (!options.ok()) return Fail(options.status());
  if (arguments.is_check) {
    const Status status = Daemon::Check(*options);
    if (!status.ok()) return Fail(status);
    std::cout << "flowlake serve would start.\n";
    return kExitOk;
  }
  const bool is_text =
      options->log == "text" || (options->log == "auto" && IsTerminal(STDERR_FILENO));
  SetLogFormat(is_text ? LogFormat::kText : LogFormat::kJson);
  const sigset_t signals = BlockSignals();
  const auto daemon = Daemon::Start(*options);
  if (!daemon.ok()) return Fail(daemon.status());
  LogStart(*options, (*daemon)->port());
  return Serve(**daemon, signals);
}

void AddSetting(CLI::App& command, const ServeSetting& setting, ServeValues& values) {
  auto& given = values[setting.flag()];
  const std::string flag = "--" + setting.flag();
  switch (setting.kind) {
    case ServeSetting::Kind::kSwitch:
      command.add_flag_callback(
          flag, [&given] { given = {"true"}; }, setting.help);
      return;
    case ServeSetting::Kind::kList:
      command.add_option(flag, given, setting.help)
          ->allow_extra_args(false)
          ->type_name(setting.value);
      return;
    case ServeSetting::Kind::kText:
      command
          .add_option_function<std::string>(
              flag, [&given](const std::string& text) { given = {text}; }, setting.help)
          ->type_name(setting.value);
  }
}

}  // namespace

void AddServeCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "serve",
      "Run as a daemon: take Firehose's deliveries, watch folders, prefixes and queues, "
      "look after the lake");
  AddLakeOption(*command, arguments->lake);
  for (const ServeSetting& setting : ServeSettings()) {
    AddSetting(*command, setting, arguments->flags);
  }
  command->add_flag("--check", arguments->is_check,
                    "only say whether it would start, and why not");
  SetExample(*command,
             "flowlake serve --lake s3://my-lake/flows --wal /var/lib/flowlake/wal \\\n"
             "    --access-key-file /etc/flowlake/keys --watch s3://my-logs/AWSLogs\n"
             "  (Firehose's endpoint is /firehose; /healthz, /readyz, /metrics)");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunServe(*arguments); }; });
}

}  // namespace flowlake
