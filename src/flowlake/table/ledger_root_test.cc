#include "flowlake/table/ledger_root.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "flowlake/table/ledger.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string Number(char last) { return std::string(7, '\0') + last; }

LedgerReference Reference(uint64_t id) { return {{id, 1}, 5, {id, 2}}; }

std::string BytesOf(const LedgerReference& reference) {
  return ToBytes(reference.id) + Number(5) + ToBytes(reference.checksum);
}

std::string Checked(const std::string& body) { return body + ToBytes(HashOf(body)); }

LedgerManifest TwoRanges() {
  LedgerManifest manifest;
  manifest.ranges = {{0, 2, Reference(1), {}}, {100, 4, {}, Reference(2)}};
  return manifest;
}

TEST(LedgerRoot, BytesAreAsDocumented) {
  LedgerRoot root;
  root.manifests = {{"2026-09-21", Reference(7)}};
  EXPECT_EQ(root.Serialize(), Checked("FLROOT1\n" + Number(1) + Number(10) +
                                      "2026-09-21" + BytesOf(Reference(7))));
  const std::string none = ToBytes({}) + Number(0) + ToBytes({});
  EXPECT_EQ(
      TwoRanges().Serialize(),
      Checked("FLMANI1\n" + Number(2) + Number(0) + Number(2) + BytesOf(Reference(1)) +
              none + Number(100) + Number(4) + none + BytesOf(Reference(2))));
}

TEST(LedgerRoot, IsReadAsItWasWritten) {
  LedgerRoot root;
  root.manifests = {{"2026-09-21", Reference(7)}, {"content", Reference(8)}};
  EXPECT_EQ(LedgerRoot::Parse(root.Serialize())->manifests, root.manifests);
  EXPECT_THAT(LedgerRoot::Parse(LedgerRoot().Serialize())->manifests, IsEmpty());
  EXPECT_EQ(LedgerManifest::Parse(TwoRanges().Serialize())->ranges, TwoRanges().ranges);
}

TEST(LedgerRoot, EveryCutAndEveryFlippedByteIsNoticed) {
  LedgerRoot root;
  root.manifests = {{"content", Reference(8)}};
  const std::pair<std::string, std::function<bool(std::string_view)>> objects[] = {
      {root.Serialize(), [](auto bytes) { return LedgerRoot::Parse(bytes).ok(); }},
      {TwoRanges().Serialize(),
       [](auto bytes) { return LedgerManifest::Parse(bytes).ok(); }}};
  for (const auto& [bytes, is_read] : objects) {
    ASSERT_TRUE(is_read(bytes));
    for (size_t i = 0; i < bytes.size(); ++i) {
      EXPECT_FALSE(is_read(std::string_view(bytes).substr(0, i))) << i;
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ 0x20);
      EXPECT_FALSE(is_read(flipped)) << i;
    }
    EXPECT_FALSE(is_read(bytes + "x"));
  }
}

TEST(LedgerRoot, WhatCannotBeIsRefused) {
  const auto root_error = [](const std::string& body) {
    return LedgerRoot::Parse(Checked("FLROOT1\n" + body)).status().message();
  };
  const auto manifest_error = [](const std::string& body) {
    return LedgerManifest::Parse(Checked("FLMANI1\n" + body)).status().message();
  };
  const std::string reference = BytesOf(Reference(1));
  const std::string bucket = Number(1) + "b" + reference;
  EXPECT_THAT(root_error(Number(2) + bucket + bucket), HasSubstr("out of order"));
  EXPECT_THAT(root_error(std::string(8, '\xFF')), HasSubstr("but says"));
  EXPECT_THAT(root_error(Number(1) + std::string(8, '\xFF') + std::string(48, 'x')),
              HasSubstr("cut"));
  const std::string large = ToBytes({1, 1}) + std::string(8, '\x7F') + ToBytes({1, 1});
  EXPECT_THAT(root_error(Number(1) + Number(1) + "b" + large), HasSubstr("of 9187"));
  EXPECT_THAT(manifest_error(Number(0)), HasSubstr("no range"));
  const std::string range = Number(0) + reference + reference;
  EXPECT_THAT(manifest_error(Number(1) + Number(1) + range), HasSubstr("out of order"));
  EXPECT_THAT(manifest_error(Number(2) + Number(0) + range + Number(0) + range),
              HasSubstr("out of order"));
}

TEST(LedgerManifest, EveryHashBelongsToOneRange) {
  const LedgerManifest manifest = TwoRanges();
  EXPECT_EQ(manifest.RangeOf(0), 0U);
  EXPECT_EQ(manifest.RangeOf(99), 0U);
  EXPECT_EQ(manifest.RangeOf(100), 1U);
  EXPECT_EQ(manifest.RangeOf(UINT64_MAX), 1U);
  EXPECT_EQ(manifest.LastOf(0), 99U);
  EXPECT_EQ(manifest.LastOf(1), UINT64_MAX);
  EXPECT_EQ(manifest.kinds(), 6U);
}

TEST(LedgerParts, ARemovalTakesOutWhatStandsBeforeItAndNotWhatComesAfter) {
  const Key128 one{1, 1};
  const Key128 two{2, 2};
  const Ledger base(Ledger::Lists{.keys = {one, two}, .old = {one}});
  const Ledger removal(Ledger::Lists{.removed = {one}, .blocking = {one}});
  const Ledger removed = base.Then(removal);
  EXPECT_THAT(removed.keys(), ElementsAre(two));
  EXPECT_FALSE(removed.ContainsOld(one));
  EXPECT_TRUE(removed.IsBlocked(one));
  const Ledger again =
      removed.Then(Ledger(Ledger::Lists{.keys = {one}, .removed = {one}}));
  EXPECT_TRUE(again.Contains(one));
  EXPECT_FALSE(again.IsBlocked(one));
  // However the parts are put together.
  const Ledger later =
      removal.Then(Ledger(Ledger::Lists{.keys = {one}, .removed = {one}}));
  EXPECT_EQ(base.Then(later).Serialize(), again.Serialize());
  EXPECT_THAT(again.WithoutRemoved().lists().removed, IsEmpty());
}

TEST(LedgerParts, SlicesComeToTheWhole) {
  Ledger::Lists lists;
  for (uint64_t i = 0; i < 100; ++i) {
    lists.keys.push_back({i * i, i});
    lists.blocking.push_back({i * 7, i});
    lists.objects.push_back({{i * 13, i}, {1, i}, 5, {2, i}});
  }
  const Ledger all(std::move(lists));
  const std::vector<Ledger> slices = {all.Slice(0, 49), all.Slice(50, 50),
                                      all.Slice(51, UINT64_MAX)};
  EXPECT_EQ(Ledger::Union(slices).Serialize(), all.Serialize());
  EXPECT_EQ(slices[0].size() + slices[1].size() + slices[2].size(), all.size());
  EXPECT_EQ(all.Hashes().size(), all.size());
}

TEST(LedgerParts, OfAnObjectTheLastContentCounts) {
  const Key128 name{5, 5};
  const Ledger before(Ledger::Lists{.objects = {{name, {1, 1}, 10, {2, 2}}}});
  const Ledger after =
      before.Then(Ledger(Ledger::Lists{.objects = {{name, {3, 3}, 10, {2, 2}}}}));
  EXPECT_EQ(after.lists().objects.size(), 1U);
  EXPECT_EQ(after.FindObject(name)->etag, (Key128{3, 3}));
  EXPECT_EQ(after.FindObject({6, 6}), nullptr);
  EXPECT_EQ(Ledger::Parse(after.Serialize())->lists().objects, after.lists().objects);
}

}  // namespace
}  // namespace flowlake
