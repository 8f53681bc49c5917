// What the headers of this module require of their callers, broken on purpose.
#include <gtest/gtest.h>

#include <string>

#include "flowlake/base/check.h"
#include "flowlake/format/document_framer.h"
#include "flowlake/format/extra_object.h"
#include "flowlake/format/field_column.h"
#include "flowlake/format/field_starts.h"
#include "flowlake/format/message_parser.h"
#include "flowlake/format/number_kernels.h"

namespace flowlake {
namespace {

TEST(FormatContractsDeathTest, APieceFitsItsPlaces) {
  FieldStarts starts;
  const std::string text(FieldStarts::kMaxPiece + 1, 'x');
  EXPECT_DEATH((void)starts.Find(text), "a piece that is too long");
}

TEST(FormatContractsDeathTest, InstructionsAreThoseOfTheProcessor) {
  const auto next =
      static_cast<InstructionSet>(static_cast<uint8_t>(BestInstructionSet()) + 1);
  EXPECT_DEATH(FieldStarts({}, next), "that the processor does not have");
  EXPECT_DEATH(FieldAppender(0, EmptyField::kOdd, next), "the processor does not have");
  EXPECT_DEATH(NumberKernelsOf(next), "that the processor does not have");
}

TEST(FormatContractsDeathTest, AnObjectHasAMember) {
  ExtraObject object;
  EXPECT_DEATH((void)object.Finish(), "to which nothing was added");
}

TEST(FormatContractsDeathTest, OnlyAnOpenPieceIsGivenUp) {
  EXPECT_DEATH(GiveUp("{}", {PieceKind::kDocument, 0, 2}), "only an open piece");
  EXPECT_DEATH(GiveUp("{", {PieceKind::kOpen, 2, 2}), "only an open piece");
}

TEST(FormatContractsDeathTest, OnlyCloudWatchHasControlMessages) {
  EXPECT_DEATH(IsControl(Json::object()), "a document that is not CloudWatch's");
}

}  // namespace
}  // namespace flowlake
