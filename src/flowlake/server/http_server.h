/// HTTP, and HTTPS, for handlers that know nothing of connections. Only its source and
/// received_header.cc touch libmicrohttpd.
///
/// A request that could be read in two ways (server/request_framing.h) is answered with
/// 400 and ends its connection; so does one with a chunked body, after its answer.
///
/// One thread does all network I/O; a request occupies a worker only once its body is
/// there, so that a slow client holds nothing but its connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "flowlake/base/status.h"

namespace flowlake {

struct HttpHead {
  std::string method;
  std::string path;                            ///< without the query, as it was sent
  std::map<std::string, std::string> headers;  ///< names in lower case

  /// Empty if there is no such header.
  std::string_view header(const std::string& name) const;
};

struct HttpReply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers{};
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  /// With the header only, on the network's thread: must not wait for anything. A reply
  /// ends the request, and its body is not read.
  virtual std::optional<HttpReply> Admit(const HttpHead& head) = 0;
  /// With the whole body, on a worker; several at the same time.
  virtual HttpReply Answer(const HttpHead& head, std::string body) = 0;
  /// A reply where the server has to refuse by itself.
  virtual HttpReply Refuse(const HttpHead& head, int status, std::string_view why) = 0;
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6, numbers
  uint16_t port = 0;                  ///< 0: any that is free
  std::string certificate{};          ///< file, PEM with its chain; empty: HTTP
  std::string key{};                  ///< file, PEM
  int workers = 6;
  unsigned connections = 1024;      ///< more wait until one is closed
  size_t header_bytes = 128 << 10;  ///< longer ones are refused
  size_t body_bytes = 64 << 20;     ///< likewise
  size_t all_bodies = 128 << 20;    ///< at the same time; more wait their turn
  int64_t header_ms = 30'000;       ///< for a header, the wait for it included
  int64_t body_ms = 150'000;        ///< from the header to the body's end
};

/// Thread-safe.
class HttpServer {
 public:
  /// Answers from here on. `handler` outlives the server.
  static Result<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options,
                                                   HttpHandler& handler);
  /// Whether the certificate and its key can be used; listens for a
  /// moment on a free port of loopback.
  static Status Check(const HttpServerOptions& options);
  /// Stops, if nobody has.
  ~HttpServer();

  uint16_t port() const;
  size_t connection_count() const;

  /// Reads certificate and key again, for the connections to come; those that are open
  /// go on. An error leaves everything as it was.
  Status ReloadCertificate();

  /// Accepts nothing any more; returns when the requests that are under way have their
  /// answers, or have not finished in `patience_ms`.
  void Stop(int64_t patience_ms);

 private:
  class Core;
  explicit HttpServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace flowlake
