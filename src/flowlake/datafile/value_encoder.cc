#include "flowlake/datafile/value_encoder.h"

namespace flowlake {

std::unique_ptr<ValueEncoder> MakeValueEncoder(ColumnType type, ValueScratch& scratch) {
  return type == ColumnType::kString ? MakeStringEncoder(scratch)
                                     : MakeNumberEncoder(type, scratch);
}

}  // namespace flowlake
