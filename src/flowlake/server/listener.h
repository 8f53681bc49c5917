/// A socket that accepts connections.
#pragma once

#include <cstdint>
#include <string>

#include "flowlake/base/status.h"

namespace flowlake {

class Listener {
 public:
  Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { Close(); }

  /// Invalid if `address` is no IPv4 or IPv6 address in numbers, IOError if it cannot be
  /// had. Port 0 is any that is free.
  Status Open(const std::string& address, uint16_t port);
  void Close();

  int fd() const { return fd_; }
  uint16_t port() const { return port_; }

 private:
  int fd_ = -1;
  uint16_t port_ = 0;
};

}  // namespace flowlake
