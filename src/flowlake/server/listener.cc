#include "flowlake/server/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace flowlake {

Status Listener::Open(const std::string& address, uint16_t port) {
  sockaddr_storage where{};
  socklen_t size = 0;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&where);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&where);
  if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    size = sizeof(*v4);
  } else if (::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    size = sizeof(*v6);
  } else {
    return Status::Invalid("listen on '", address, "': not an IP address");
  }
  fd_ = ::socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  if (fd_ < 0 || ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      ::bind(fd_, reinterpret_cast<sockaddr*>(&where), size) != 0 ||
      ::listen(fd_, SOMAXCONN) != 0 ||
      ::getsockname(fd_, reinterpret_cast<sockaddr*>(&where), &size) != 0) {
    return Status::IOError("listen on ", address, " port ", port, ": ",
                           std::strerror(errno));
  }
  port_ = ntohs(where.ss_family == AF_INET ? v4->sin_port : v6->sin6_port);
  return Status::OK();
}

void Listener::Close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace flowlake
