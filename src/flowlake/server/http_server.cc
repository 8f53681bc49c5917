#include "flowlake/server/http_server.h"

#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "flowlake/server/listener.h"
#include "flowlake/server/received_header.h"
#include "flowlake/server/request_framing.h"

namespace flowlake {

namespace {

constexpr int kBadRequest = 400;
constexpr int kUnavailable = 503;
/// In GnuTLS's notation.
constexpr char kTlsVersions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr auto kSweep = std::chrono::milliseconds(250);

int64_t SteadyMs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Result<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad() || text.empty()) {
    return Status::IOError(
        "read ", path, ": ",
        text.empty() && file.is_open() ? "is empty" : std::strerror(errno));
  }
  return text;
}

enum class Phase {
  kWaiting,    ///< for room for the body; suspended
  kReceiving,  ///< the body
  kRefused,    ///< reads past the body, so that the client gets to read the reply
  kWorking,    ///< with a worker; suspended
  kAnswered,
};

/// One request and its answer.
struct Exchange {
  MHD_Connection* connection = nullptr;
  HttpHead head;
  std::string body;
  size_t room = 0;  ///< what its body takes of all_bodies
  bool has_room = false;
  bool is_last = false;  ///< of its connection: nobody can say for sure where it ends
  Phase phase = Phase::kReceiving;
  std::optional<HttpReply> reply{};
};

/// One connection, from accept to close.
struct Peer {
  int fd = -1;
  MHD_Daemon* daemon = nullptr;
  int64_t deadline = kNever;  ///< SteadyMs() when it is cut
  Exchange* exchange = nullptr;
};

}  // namespace

std::string_view HttpHead::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : found->second;
}

class HttpServer::Core {
 public:
  Core(const HttpServerOptions& options, HttpHandler& handler)
      : options_(options), handler_(handler), room_(options.all_bodies) {}

  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() { Stop(0); }

  Status Start() {
    ARROW_RETURN_NOT_OK(listener_.Open(options_.address, options_.port));
    for (int i = 0; i < options_.workers; ++i) {
      workers_.emplace_back([this] { Work(); });
    }
    sweeper_ = std::thread([this] { Sweep(); });
    ARROW_ASSIGN_OR_RAISE(daemon_, StartDaemon());
    return Status::OK();
  }

  uint16_t port() const { return listener_.port(); }

  size_t connection_count() {
    const std::lock_guard lock(mutex_);
    return peers_.size();
  }

  Status Reload() {
    if (options_.certificate.empty()) return Status::OK();
    // Both accept for a moment: nobody finds the door closed.
    ARROW_ASSIGN_OR_RAISE(MHD_Daemon* const fresh, StartDaemon());
    const std::lock_guard lock(mutex_);
    Quiesce(std::exchange(daemon_, fresh));
    return Status::OK();
  }

  void Stop(int64_t patience_ms) {
    {
      std::unique_lock lock(mutex_);
      if (std::exchange(is_stopping_, true)) return;
      if (daemon_ != nullptr) Quiesce(std::exchange(daemon_, nullptr));
      for (Exchange* exchange : std::exchange(waiting_, {})) GiveUp(*exchange);
      const auto is_quiet = [this] {
        return std::ranges::none_of(
            peers_, [](const auto& peer) { return peer.second.exchange != nullptr; });
      };
      changed_.wait_for(lock, std::chrono::milliseconds(patience_ms), is_quiet);
      is_over_ = true;
    }
    changed_.notify_all();
    has_job_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    if (sweeper_.joinable()) sweeper_.join();
    for (const auto& [daemon, fd] : draining_) StopDaemon(daemon, fd);
    listener_.Close();
  }

 private:
  // ---- The library's daemon

  Result<MHD_Daemon*> StartDaemon() {
    std::string certificate;
    std::string key;
    std::vector<MHD_OptionItem> items;
    // Not epoll: edge-triggered, 0.9.75 overlooks a peer that closes right behind its
    // data.
    unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_SUSPEND_RESUME;
    if (!options_.certificate.empty()) {
      ARROW_ASSIGN_OR_RAISE(certificate, ReadPem(options_.certificate));
      ARROW_ASSIGN_OR_RAISE(key, ReadPem(options_.key));
      flags |= MHD_USE_TLS;
      items.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, certificate.data()});
      items.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, key.data()});
      items.push_back({MHD_OPTION_HTTPS_PRIORITIES, 0, const_cast<char*>(kTlsVersions)});
    }
    items.push_back({MHD_OPTION_END, 0, nullptr});
    const int fd = ::dup(listener_.fd());
    // Idle for longer than any deadline here: deadlines are the sweeper's.
    const auto idle_seconds =
        static_cast<unsigned>(std::max(options_.header_ms, options_.body_ms) / 1000 + 1);
    MHD_Daemon* daemon =
        MHD_start_daemon(flags, 0, nullptr, nullptr, &OnRequest, this,               //
                         MHD_OPTION_LISTEN_SOCKET, fd,                               //
                         MHD_OPTION_CONNECTION_LIMIT, options_.connections,          //
                         MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,                //
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, options_.header_bytes,  //
                         MHD_OPTION_STRICT_FOR_CLIENT, 1,                            //
                         MHD_OPTION_NOTIFY_COMPLETED, &OnCompleted, this,            //
                         MHD_OPTION_NOTIFY_CONNECTION, &OnConnection, this,          //
                         MHD_OPTION_ARRAY, items.data(), MHD_OPTION_END);
    if (daemon != nullptr) return daemon;
    ::close(fd);
    return Status::IOError("serve on ", options_.address, " port ", port(),
                           options_.certificate.empty()
                               ? ": the server does not start"
                               : ": " + options_.certificate + " and " + options_.key +
                                     " are no certificate and its key");
  }

  /// It accepts nothing more and is stopped once its last connection is closed. With the
  /// mutex.
  void Quiesce(MHD_Daemon* daemon) {
    draining_.emplace_back(daemon, MHD_quiesce_daemon(daemon));
  }

  static void StopDaemon(MHD_Daemon* daemon, int fd) {
    MHD_stop_daemon(daemon);
    if (fd >= 0) ::close(fd);
  }

  // ---- What the library calls, on its thread

  static MHD_Result OnRequest(void* core, MHD_Connection* connection, const char* url,
                              const char* method, const char* version, const char* data,
                              size_t* size, void** state) {
    auto& self = *static_cast<Core*>(core);
    if (*state == nullptr) {
      *state = new Exchange{connection, {method, url, {}}, {}};
      return self.Begin(*static_cast<Exchange*>(*state),
                        ReadHeader(connection, method, url, version));
    }
    return self.Continue(*static_cast<Exchange*>(*state), data, size);
  }

  static void OnCompleted(void* core, MHD_Connection* connection, void** state,
                          MHD_RequestTerminationCode) {
    const std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(*state));
    if (exchange) static_cast<Core*>(core)->End(connection, *exchange);
  }

  static void OnConnection(void* core, MHD_Connection* connection, void**,
                           MHD_ConnectionNotificationCode what) {
    auto& self = *static_cast<Core*>(core);
    const std::lock_guard lock(self.mutex_);
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
      self.peers_.erase(connection);
      return;
    }
    Peer& peer = self.peers_[connection];
    peer.fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
                  ->connect_fd;
    peer.daemon = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_DAEMON)->daemon;
    peer.deadline = SteadyMs() + self.options_.header_ms;
  }

  MHD_Result Begin(Exchange& exchange, const ReceivedHeader& header) {
    for (const auto& [name, value] : header.fields) {
      exchange.head.headers.try_emplace(LowerName(name), value);
    }
    const auto fault = FindFramingFault(header);
    // The library takes more for the parts of a chunked body than is allowed, too.
    exchange.is_last = fault || !exchange.head.header("transfer-encoding").empty();
    if (fault) {
      return Send(exchange, handler_.Refuse(exchange.head, kBadRequest,
                                            "no request as HTTP has them: " + *fault));
    }
    exchange.reply = handler_.Admit(exchange.head);
    const auto room = RoomFor(exchange.head);
    if (exchange.reply) return Dismiss(exchange, room);
    if (!room) {
      return Send(exchange, handler_.Refuse(exchange.head, kBadRequest,
                                            "the body is too long, or its length is no "
                                            "number"));
    }
    const std::lock_guard lock(mutex_);
    if (is_stopping_) {
      return Send(exchange, handler_.Refuse(exchange.head, kUnavailable, "is stopping"));
    }
    Peer& peer = peers_[exchange.connection];
    peer.exchange = &exchange;
    peer.deadline = SteadyMs() + options_.body_ms;
    exchange.room = *room;
    if (!waiting_.empty() || room_ < *room) {
      exchange.phase = Phase::kWaiting;
      waiting_.push_back(&exchange);
      MHD_suspend_connection(exchange.connection);
      return MHD_YES;
    }
    Grant(exchange);
    return MHD_YES;
  }

  MHD_Result Dismiss(Exchange& exchange, std::optional<size_t> body) {
    const bool has_body = body.value_or(0) > 0 && exchange.head.header("expect").empty();
    if (!has_body) return Send(exchange, *exchange.reply);
    exchange.phase = Phase::kRefused;
    const std::lock_guard lock(mutex_);
    peers_[exchange.connection].deadline = SteadyMs() + options_.body_ms;
    return MHD_YES;
  }

  MHD_Result Continue(Exchange& exchange, const char* data, size_t* size) {
    if (exchange.phase == Phase::kRefused && std::exchange(*size, 0) > 0) return MHD_YES;
    if (exchange.reply) return Send(exchange, *exchange.reply);
    if (exchange.phase == Phase::kWaiting) {
      // Its turn has come. The library asks again what to do about the header.
      exchange.phase = Phase::kReceiving;
      if (*size == 0) return MHD_YES;
    }
    if (*size > 0) return Receive(exchange, data, size);
    return HandOver(exchange);
  }

  /// MHD_NO closes the connection: in the middle of a body there is no other way.
  MHD_Result Receive(Exchange& exchange, const char* data, size_t* size) const {
    if (exchange.body.empty() && exchange.room < options_.body_bytes) {
      exchange.body.reserve(exchange.room);
    }
    if (exchange.body.size() + *size > exchange.room) return MHD_NO;
    exchange.body.append(data, std::exchange(*size, 0));
    return MHD_YES;
  }

  MHD_Result HandOver(Exchange& exchange) {
    const std::lock_guard lock(mutex_);
    if (is_over_) {  // nobody would work on it
      return Send(exchange, handler_.Refuse(exchange.head, kUnavailable, "is stopping"));
    }
    exchange.phase = Phase::kWorking;
    peers_[exchange.connection].deadline = kNever;
    MHD_suspend_connection(exchange.connection);
    jobs_.push_back(&exchange);
    has_job_.notify_one();
    return MHD_YES;
  }

  static MHD_Result Send(Exchange& exchange, const HttpReply& reply) {
    exchange.phase = Phase::kAnswered;
    MHD_Response* response = MHD_create_response_from_buffer(
        reply.body.size(), const_cast<char*>(reply.body.data()), MHD_RESPMEM_MUST_COPY);
    if (response == nullptr) return MHD_NO;
    MHD_add_response_header(response, "Content-Type", reply.content_type.c_str());
    if (exchange.is_last) MHD_add_response_header(response, "Connection", "close");
    for (const auto& [name, value] : reply.headers) {
      MHD_add_response_header(response, name.c_str(), value.c_str());
    }
    const MHD_Result result = MHD_queue_response(
        exchange.connection, static_cast<unsigned>(reply.status), response);
    MHD_destroy_response(response);
    return result;
  }

  void End(MHD_Connection* connection, Exchange& exchange) {
    const std::lock_guard lock(mutex_);
    std::erase(waiting_, &exchange);
    Release(exchange);
    const auto peer = peers_.find(connection);
    if (peer == peers_.end()) return;
    peer->second.exchange = nullptr;
    peer->second.deadline = SteadyMs() + options_.header_ms;
    // A daemon that drains has no use for a connection that waits.
    if (peer->second.daemon != daemon_) peer->second.deadline = SteadyMs();
    changed_.notify_all();
  }

  // ---- Room for bodies

  /// nullopt: the body cannot be taken.
  std::optional<size_t> RoomFor(const HttpHead& head) const {
    const std::string_view length = head.header("content-length");
    if (length.empty()) {
      return head.header("transfer-encoding").empty() ? 0 : options_.body_bytes;
    }
    size_t bytes = 0;
    const char* end = length.data() + length.size();
    const auto [at, error] = std::from_chars(length.data(), end, bytes);
    if (error != std::errc() || at != end || bytes > options_.body_bytes) {
      return std::nullopt;
    }
    return bytes;
  }

  /// With the mutex.
  void Grant(Exchange& exchange) {
    exchange.has_room = true;
    room_ -= exchange.room;
  }

  /// With the mutex.
  void Release(Exchange& exchange) {
    if (std::exchange(exchange.has_room, false)) room_ += exchange.room;
    while (!waiting_.empty() && waiting_.front()->room <= room_) {
      Exchange* next = waiting_.front();
      waiting_.pop_front();
      Grant(*next);
      MHD_resume_connection(next->connection);
    }
  }

  /// With the mutex; `exchange` is waiting, and no longer in waiting_.
  void GiveUp(Exchange& exchange) {
    exchange.reply =
        handler_.Refuse(exchange.head, kUnavailable, "too much is under way; come again");
    peers_[exchange.connection].deadline = SteadyMs() + options_.header_ms;
    MHD_resume_connection(exchange.connection);
  }

  // ---- Our threads

  void Work() {
    std::unique_lock lock(mutex_);
    while (true) {
      has_job_.wait(lock, [this] { return !jobs_.empty() || is_over_; });
      if (jobs_.empty()) return;
      Exchange& exchange = *jobs_.front();
      jobs_.pop_front();
      lock.unlock();
      HttpReply reply = handler_.Answer(exchange.head, std::move(exchange.body));
      lock.lock();
      exchange.reply = std::move(reply);
      Release(exchange);
      peers_[exchange.connection].deadline = SteadyMs() + options_.header_ms;
      MHD_resume_connection(exchange.connection);
    }
  }

  /// Cuts what is past its deadline, stops daemons that have drained.
  void Sweep() {
    std::unique_lock lock(mutex_);
    while (!is_over_) {
      changed_.wait_for(lock, kSweep);
      const int64_t now = SteadyMs();
      for (auto& [connection, peer] : peers_) {
        if (peer.deadline > now) continue;
        peer.deadline = now + options_.header_ms;
        if (peer.exchange != nullptr && std::erase(waiting_, peer.exchange) > 0) {
          GiveUp(*peer.exchange);
        } else {
          ::shutdown(peer.fd, SHUT_RDWR);
        }
      }
      const auto has_drained = [this](const auto& daemon) {
        return std::ranges::none_of(
            peers_, [&](const auto& peer) { return peer.second.daemon == daemon.first; });
      };
      const auto drained = std::ranges::find_if(draining_, has_drained);
      if (drained == draining_.end() || is_stopping_) continue;
      const auto [daemon, fd] = *drained;
      draining_.erase(drained);
      lock.unlock();
      StopDaemon(daemon, fd);
      lock.lock();
    }
  }

  const HttpServerOptions options_;
  HttpHandler& handler_;
  Listener listener_;
  std::vector<std::thread> workers_;
  std::thread sweeper_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable has_job_;
  std::condition_variable changed_;
  MHD_Daemon* daemon_ = nullptr;
  std::vector<std::pair<MHD_Daemon*, int>> draining_;
  std::map<MHD_Connection*, Peer> peers_;
  std::deque<Exchange*> waiting_;
  std::deque<Exchange*> jobs_;
  size_t room_;
  bool is_stopping_ = false;
  bool is_over_ = false;
};

HttpServer::HttpServer(std::unique_ptr<Core> core) : core_(std::move(core)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options,
                                                      HttpHandler& handler) {
  auto core = std::make_unique<Core>(options, handler);
  ARROW_RETURN_NOT_OK(core->Start());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(core)));
}

Status HttpServer::Check(const HttpServerOptions& options) {
  struct Nobody : HttpHandler {
    std::optional<HttpReply> Admit(const HttpHead&) override {
      return HttpReply{404, ""};
    }
    HttpReply Answer(const HttpHead&, std::string) override { return {404, ""}; }
    HttpReply Refuse(const HttpHead&, int status, std::string_view) override {
      return {status, ""};
    }
  } nobody;
  HttpServerOptions elsewhere = options;
  elsewhere.address = "127.0.0.1";
  elsewhere.port = 0;
  return Start(elsewhere, nobody).status();
}

uint16_t HttpServer::port() const { return core_->port(); }
size_t HttpServer::connection_count() const { return core_->connection_count(); }
Status HttpServer::ReloadCertificate() { return core_->Reload(); }
void HttpServer::Stop(int64_t patience_ms) { core_->Stop(patience_ms); }

}  // namespace flowlake
