#include "flowlake/datafile/bounded_pool.h"

#include <arrow/buffer.h>
#include <gtest/gtest.h>

namespace flowlake {

namespace {

TEST(BoundedPool, WhatFitsIsGivenAndComesBack) {
  BoundedPool pool(1000);
  {
    auto buffer = arrow::AllocateResizableBuffer(600, &pool).ValueOrDie();
    EXPECT_GE(pool.bytes_allocated(), 600);
    EXPECT_TRUE(buffer->Resize(900).ok());
  }
  EXPECT_EQ(pool.bytes_allocated(), 0);
  EXPECT_FALSE(pool.is_exceeded());
}

TEST(BoundedPool, WhatDoesNotFitIsRefusedAndTakesNothing) {
  BoundedPool pool(1000);
  auto buffer = arrow::AllocateResizableBuffer(600, &pool).ValueOrDie();
  const int64_t before = pool.bytes_allocated();
  EXPECT_TRUE(arrow::AllocateBuffer(600, &pool).status().IsOutOfMemory());
  EXPECT_TRUE(buffer->Resize(int64_t{1} << 40).IsOutOfMemory());
  EXPECT_EQ(pool.bytes_allocated(), before);
  EXPECT_TRUE(pool.is_exceeded());
}

TEST(BoundedPool, WhatBecomesSmallerMakesRoom) {
  BoundedPool pool(1000);
  auto buffer = arrow::AllocateResizableBuffer(900, &pool).ValueOrDie();
  ASSERT_TRUE(buffer->Resize(100, /*shrink_to_fit=*/true).ok());
  EXPECT_TRUE(arrow::AllocateBuffer(700, &pool).ok());
}

}  // namespace
}  // namespace flowlake
