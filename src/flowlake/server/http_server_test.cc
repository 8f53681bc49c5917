#include "flowlake/server/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace flowlake {

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Answers with the length of the body; can be made to hold its workers.
class Echo : public HttpHandler {
 public:
  std::optional<HttpReply> Admit(const HttpHead& head) override {
    if (head.method == "GET") return HttpReply{200, "you asked for " + head.path};
    if (head.header("x-key") == "wrong") return HttpReply{401, "no"};
    return std::nullopt;
  }
  HttpReply Answer(const HttpHead&, std::string body) override {
    ++working;
    std::unique_lock lock(mutex_);
    released_.wait(lock, [this] { return !is_held_; });
    return {200, std::to_string(body.size())};
  }
  HttpReply Refuse(const HttpHead&, int status, std::string_view why) override {
    return {status, std::string(why)};
  }

  void Hold() { is_held_ = true; }
  void LetGo() {
    {
      const std::lock_guard lock(mutex_);
      is_held_ = false;
    }
    released_.notify_all();
  }

  std::atomic<int> working{0};

 private:
  std::mutex mutex_;
  std::condition_variable released_;
  bool is_held_ = false;
};

/// A client that sends exactly what it is told.
class Client {
 public:
  explicit Client(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_open_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&where), sizeof(where)) == 0;
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(fd_); }

  bool is_open() const { return is_open_; }

  void Send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }

  /// Until the connection is closed, or `wanted` has come.
  std::string Receive(std::string_view wanted = {}) const {
    std::string all;
    char piece[4096];
    while (wanted.empty() || all.find(wanted) == all.npos) {
      const ssize_t got = ::recv(fd_, piece, sizeof(piece), 0);
      if (got <= 0) break;
      all.append(piece, static_cast<size_t>(got));
    }
    return all;
  }

 private:
  int fd_;
  bool is_open_ = false;
};

std::string Post(size_t bytes, const std::string& headers = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers +
         "Content-Length: " + std::to_string(bytes) + "\r\n\r\n" +
         std::string(bytes, 'b');
}

class HttpServerTest : public testing::Test {
 protected:
  void Start() {
    auto server = HttpServer::Start(options_, echo_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  void TearDown() override { echo_.LetGo(); }

  HttpServerOptions options_;
  Echo echo_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, ABodyComesToTheHandlerAndTheConnectionServesAnother) {
  Start();
  const Client client(server_->port());
  client.Send(Post(3'000'000));
  EXPECT_THAT(client.Receive("3000000"), StartsWith("HTTP/1.1 200"));
  client.Send("GET /healthz?x=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.Receive("healthz"), HasSubstr("you asked for /healthz"));
}

TEST_F(HttpServerTest, AChunkedBodyIsJoined) {
  Start();
  const Client client(server_->port());
  std::string chunks;
  for (int i = 0; i < 100; ++i) {
    chunks += "10000\r\n" + std::string(0x10000, 'c') + "\r\n";
  }
  client.Send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
              chunks + "0\r\n\r\n");
  EXPECT_THAT(client.Receive("6553600"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, WhoIsRefusedReadsWhy) {
  Start();
  const Client client(server_->port());
  client.Send(Post(10'000'000, "X-Key: wrong\r\n"));
  EXPECT_THAT(client.Receive("no"), StartsWith("HTTP/1.1 401"));
  EXPECT_EQ(echo_.working, 0);
}

TEST_F(HttpServerTest, WhatIsTooLongIsRefusedAndNever413) {
  options_.body_bytes = 1000;
  Start();
  const Client client(server_->port());
  client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_THAT(client.Receive(), StartsWith("HTTP/1.1 400"));
  const Client chunked(server_->port());
  chunked.Send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  chunked.Send("800\r\n" + std::string(0x800, 'c') + "\r\n0\r\n\r\n");
  EXPECT_EQ(chunked.Receive(), "");
  const Client header(server_->port());
  header.Send("POST / HTTP/1.1\r\nX-Long: " + std::string(1 << 20, 'h') + "\r\n\r\n");
  const std::string answer = header.Receive();
  EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 431")) << answer;
  EXPECT_EQ(echo_.working, 0);
}

TEST_F(HttpServerTest, WhatIsNoHttpIsRefusedOrClosed) {
  Start();
  const std::vector<std::string> attempts = {
      "\r\n\r\n\r\n",
      std::string(5000, '\0'),
      "GET\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "POST / HTTP/1.1\r\n\r\n",
      "POST / HTTP/9.9\r\nHost: x\r\n\r\n"};
  for (const std::string& attempt : attempts) {
    const Client client(server_->port());
    client.Send(attempt + "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.Receive(), testing::Not(HasSubstr("413"))) << attempt;
  }
  const Client client(server_->port());
  client.Send(Post(10));
  EXPECT_THAT(client.Receive("10"), StartsWith("HTTP/1.1 200"));
}

// The library's own answer, before it asks us; no sender of data sends such a length.
TEST_F(HttpServerTest, ALengthOfMoreThan64BitsIsTheOne413) {
  Start();
  const Client client(server_->port());
  client.Send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n");
  EXPECT_THAT(client.Receive(), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpServerTest, ASlowClientIsCutAndHoldsNoWorker) {
  options_.workers = 1;
  options_.header_ms = 300;
  options_.body_ms = 600;
  Start();
  const Client header(server_->port());
  const Client body(server_->port());
  const Client idle(server_->port());
  header.Send("POST / HTTP/1.1\r\nX-");
  body.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nb");
  const Client quick(server_->port());
  quick.Send(Post(10));
  EXPECT_THAT(quick.Receive("10"), StartsWith("HTTP/1.1 200"));
  std::thread trickle([&] {  // never idle, never done
    for (int i = 0; i < 40; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      header.Send("x");
      body.Send("b");
    }
  });
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(header.Receive(), "");
  EXPECT_EQ(body.Receive(), "");
  EXPECT_EQ(idle.Receive(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(2));
  trickle.join();
}

TEST_F(HttpServerTest, BodiesWaitForRoomInTheirOrder) {
  options_.all_bodies = 1'000'000;
  options_.workers = 2;
  Start();
  std::vector<std::thread> clients;
  std::atomic<int> answered{0};
  for (int i = 0; i < 30; ++i) {
    clients.emplace_back([&] {
      const Client client(server_->port());
      client.Send(Post(600'000));
      answered += client.Receive("600000").starts_with("HTTP/1.1 200") ? 1 : 0;
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(answered, 30);
}

TEST_F(HttpServerTest, WhoeverWaitsTooLongForRoomIsToldToComeAgain) {
  options_.all_bodies = 1000;
  options_.body_ms = 300;
  Start();
  echo_.Hold();
  const Client first(server_->port());
  first.Send(Post(900));
  while (echo_.working == 0) std::this_thread::yield();
  const Client second(server_->port());
  second.Send(Post(900));
  EXPECT_THAT(second.Receive("come again"), StartsWith("HTTP/1.1 503"));
  echo_.LetGo();
  EXPECT_THAT(first.Receive("900"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, AClientThatLeavesGivesItsRoomBack) {
  options_.all_bodies = 1000;
  Start();
  for (int i = 0; i < 20; ++i) {
    const Client client(server_->port());
    client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nb");
  }
  const Client client(server_->port());
  client.Send(Post(900));
  EXPECT_THAT(client.Receive("900"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, StoppingAnswersWhatIsUnderWay) {
  Start();
  echo_.Hold();
  const Client client(server_->port());
  client.Send(Post(900));
  while (echo_.working == 0) std::this_thread::yield();
  std::thread stopper([&] { server_->Stop(10'000); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  echo_.LetGo();
  EXPECT_THAT(client.Receive("900"), StartsWith("HTTP/1.1 200"));
  stopper.join();
  EXPECT_FALSE(Client(server_->port()).is_open());
}

TEST_F(HttpServerTest, AnAddressThatIsNoneOrTakenIsNamed) {
  Start();
  options_.port = server_->port();
  EXPECT_THAT(HttpServer::Start(options_, echo_).status().message(),
              HasSubstr("Address already in use"));
  options_.address = "somewhere";
  EXPECT_THAT(HttpServer::Start(options_, echo_).status().message(),
              HasSubstr("'somewhere': not an IP address"));
}

}  // namespace

}  // namespace flowlake
