/// A mutex that clang's thread safety analysis understands: what is GUARDED_BY it cannot
/// be touched without it (`make tidy` and `make clang` fail). Other compilers see the
/// standard library's.
///
///   Mutex mutex_;
///   int count_ GUARDED_BY(mutex_) = 0;
///   void Add() EXCLUDES(mutex_) { const MutexLock lock(mutex_); ++count_; }
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define FLOWLAKE_THREAD_SAFETY(attribute) __attribute__((attribute))
#else
#define FLOWLAKE_THREAD_SAFETY(attribute)
#endif

/// Of a member: to be read and written only while the mutex is held.
#define GUARDED_BY(mutex) FLOWLAKE_THREAD_SAFETY(guarded_by(mutex))
/// Of a function: its caller holds the mutex.
#define REQUIRES(...) FLOWLAKE_THREAD_SAFETY(requires_capability(__VA_ARGS__))
/// Of a function: its caller does not, because the function takes it.
#define EXCLUDES(...) FLOWLAKE_THREAD_SAFETY(locks_excluded(__VA_ARGS__))

namespace flowlake {

/// Not recursive.
class FLOWLAKE_THREAD_SAFETY(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // The names that the standard library's locks ask for.
  void lock() FLOWLAKE_THREAD_SAFETY(acquire_capability()) { mutex_.lock(); }
  void unlock() FLOWLAKE_THREAD_SAFETY(release_capability()) { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

/// Holds a mutex for as long as it lives, but between Unlock() and Lock().
class FLOWLAKE_THREAD_SAFETY(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) FLOWLAKE_THREAD_SAFETY(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() FLOWLAKE_THREAD_SAFETY(release_capability()) {
    if (is_held_) mutex_.unlock();
  }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void Unlock() FLOWLAKE_THREAD_SAFETY(release_capability()) {
    mutex_.unlock();
    is_held_ = false;
  }
  void Lock() FLOWLAKE_THREAD_SAFETY(acquire_capability()) {
    mutex_.lock();
    is_held_ = true;
  }

 private:
  Mutex& mutex_;
  bool is_held_ = true;
};

/// A condition variable. It wakes up also without a reason: wait in a loop that asks for
/// what is waited for, where the analysis sees that the mutex is held.
///   while (queue_.empty()) filled_.Wait(mutex_);
class CondVar {
 public:
  void Wait(Mutex& mutex) REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  /// False if `deadline` came first.
  template <typename Clock, typename Duration>
  bool WaitUntil(Mutex& mutex, const std::chrono::time_point<Clock, Duration>& deadline)
      REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    const auto status = condition_.wait_until(lock, deadline);
    lock.release();
    return status == std::cv_status::no_timeout;
  }
  template <typename Rep, typename Period>
  bool WaitFor(Mutex& mutex, const std::chrono::duration<Rep, Period>& patience)
      REQUIRES(mutex) {
    return WaitUntil(mutex, std::chrono::steady_clock::now() + patience);
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace flowlake
