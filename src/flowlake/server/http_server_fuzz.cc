/// Raw bytes to a server on loopback, and to a parser that knows nothing but the strict
/// rules: the server must not have taken for a request what is none, nor another body for
/// it, nor anything behind a chunked one. What it refuses is its own affair.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flowlake/server/http_server.h"

namespace flowlake {
namespace {

struct Request {
  std::string method;
  std::string path;
  std::optional<std::string> body;  ///< unset: chunked, with any body
  bool operator==(const Request&) const = default;
};

/// Remembers what it was asked.
class Recorder : public HttpHandler {
 public:
  std::optional<HttpReply> Admit(const HttpHead&) override { return std::nullopt; }
  HttpReply Answer(const HttpHead& head, std::string body) override {
    const std::lock_guard lock(mutex_);
    const bool is_chunked = !head.header("transfer-encoding").empty();
    asked_.push_back({head.method, head.path,
                      is_chunked ? std::nullopt : std::optional(std::move(body))});
    return {200, ""};
  }
  HttpReply Refuse(const HttpHead&, int status, std::string_view) override {
    return {status, ""};
  }
  std::vector<Request> Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Request> asked_;
};

/// The first line of `rest`, without its CR LF, CR or NUL within; taken off. What the
/// library leaves of NUL LF is what it leaves of CR LF, so that nobody can tell: no proxy
/// lets a NUL through.
std::optional<std::string_view> TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  if (end == rest.npos || end == 0) return std::nullopt;
  const std::string_view line = rest.substr(0, end - 1);
  const char last = rest[end - 1];
  if (last != '\r' && last != '\0') return std::nullopt;
  if (line.find_first_of(std::string_view("\r\0", 2)) != line.npos) return std::nullopt;
  rest.remove_prefix(end + 1);
  return line;
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return lower;
}

/// The next request of `rest`, taken off; nullopt where there is none that is
/// well-formed.
std::optional<Request> TakeRequest(std::string_view& rest) {
  // Empty lines may stand before a request. The library also skips those that begin with
  // a NUL there, which no proxy lets through.
  while (rest.starts_with("\r\n") || rest.starts_with("\n") ||
         rest.starts_with(std::string_view("\0", 1))) {
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  }
  const auto line = TakeLine(rest);
  if (!line) return std::nullopt;
  const size_t first = line->find(' ');
  const size_t last = line->rfind(' ');
  if (first == line->npos || first == last) return std::nullopt;
  Request request{std::string(line->substr(0, first)), {}, ""};
  std::vector<std::string> lengths;
  std::vector<std::string> encodings;
  for (bool is_first = true; true; is_first = false) {
    // The same of these two bytes and an empty line; no proxy lets a field without a name
    // through either.
    if (!is_first && rest.starts_with(":\n")) {
      rest.remove_prefix(2);
      break;
    }
    const auto field = TakeLine(rest);
    if (!field) return std::nullopt;
    if (field->empty()) break;
    const size_t colon = field->find(':');
    if (colon == field->npos || field->find_first_of(" \t") < colon) return std::nullopt;
    const std::string name = Lower(field->substr(0, colon));
    const std::string value(Trimmed(field->substr(colon + 1)));
    if (name == "content-length") lengths.push_back(value);
    if (name == "transfer-encoding") encodings.push_back(Lower(value));
  }
  if (lengths.size() + encodings.size() > 1) return std::nullopt;
  if (!encodings.empty()) {
    request.body = std::nullopt;
    return encodings[0] == "chunked" ? std::optional(request) : std::nullopt;
  }
  if (lengths.empty()) return request;
  const std::string& digits = lengths[0];
  if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos ||
      digits.size() > 9) {
    return std::nullopt;
  }
  const size_t size = std::stoul(digits);
  if (size > rest.size()) return std::nullopt;
  request.body = rest.substr(0, size);
  rest.remove_prefix(size);
  return request;
}

/// Of the well-formed requests at the front of `bytes`, up to the first that is chunked.
std::vector<Request> StrictRequests(std::string_view bytes) {
  std::vector<Request> requests;
  while (auto request = TakeRequest(bytes)) {
    requests.push_back(*std::move(request));
    if (!requests.back().body) break;
  }
  return requests;
}

void Exchange(uint16_t port, std::string_view bytes) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof(where)) == 0) {
    (void)::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ::shutdown(fd, SHUT_WR);
    char piece[4096];
    while (::recv(fd, piece, sizeof(piece), 0) > 0) {
    }
  }
  // No port stays in TIME_WAIT: there are not enough for a minute of this.
  const linger now{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  ::close(fd);
}

/// Of bytes that each name a part of a request: nobody comes upon a second Content-Length
/// by chance.
std::string Compose(std::string_view choices) {
  constexpr std::string_view kParts[] = {"GET / HTTP/1.1\r\n",
                                         "POST /firehose HTTP/1.1\r\n",
                                         "POST / HTTP/1.0\r\n",
                                         "Host: x\r\n",
                                         "\r\n",
                                         "\n",
                                         "\r",
                                         " ",
                                         "\t",
                                         {"\0", 1},
                                         "Content-Length: 5\r\n",
                                         "Content-Length: 0\r\n",
                                         "Content-Length: +5\r\n",
                                         "Content-Length: 5, 5\r\n",
                                         "content-length:5\n",
                                         "Content-Length : 5\r\n",
                                         "Transfer-Encoding: chunked\r\n",
                                         "Transfer-Encoding:\tCHUNKED\r\n",
                                         "Transfer-Encoding: identity\r\n",
                                         "X: y",
                                         ":",
                                         "hello",
                                         "5\r\nhello\r\n",
                                         "5;x=y\r\nhello\r\n",
                                         "0\r\n\r\n",
                                         "ffffffffffffffff1\r\n",
                                         "-1\r\n",
                                         "Expect: 100-continue\r\n",
                                         "Connection: keep-alive\r\n",
                                         "GET /second HTTP/1.1\r\nHost: x\r\n\r\n"};
  std::string request;
  for (const char choice : choices) {
    request += kParts[static_cast<uint8_t>(choice) % std::size(kParts)];
  }
  return request;
}

bool IsSame(const Request& taken, const Request& strict) {
  return taken.method == strict.method && taken.body == strict.body;
}

void Fail(std::string_view bytes, const std::vector<Request>& taken) {
  std::fprintf(stderr, "taken for %zu requests:\n%.*s\n", taken.size(),
               static_cast<int>(bytes.size()), bytes.data());
  std::abort();
}

}  // namespace
}  // namespace flowlake

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace flowlake;
  static Recorder recorder;
  static const auto server = [] {
    HttpServerOptions options;
    options.workers = 1;
    options.header_ms = 2000;
    options.body_ms = 2000;
    return HttpServer::Start(options, recorder).ValueOrDie();
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool is_composed = size > 0 && (data[0] & 1) != 0;
  const std::string bytes = is_composed ? Compose(text.substr(1)) : std::string(text);
  Exchange(server->port(), bytes);
  const auto taken = recorder.Take();
  const auto strict = StrictRequests(bytes);
  // It takes some of them, in their order: what it refuses ends the connection.
  if (taken.size() > strict.size() ||
      !std::equal(taken.begin(), taken.end(), strict.begin(), IsSame)) {
    Fail(bytes, taken);
  }
  return 0;
}
