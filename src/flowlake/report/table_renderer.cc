#include "flowlake/report/table_renderer.h"

#include <arrow/api.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/escape.h"
#include "flowlake/report/cell.h"

namespace flowlake {

namespace {

constexpr std::string_view kSeparator = " │ ";
constexpr size_t kSeparatorWidth = 3;
constexpr size_t kNarrowest = 4;  // as wide as NULL

struct Cell {
  std::string text;
  bool is_null = false;
};
using Row = std::vector<Cell>;

Row MakeRow(const arrow::RecordBatch& batch, int64_t row) {
  Row cells;
  for (const auto& column : batch.columns()) {
    std::string text = EscapeForTerminal(CellText(*column, row));
    cells.push_back({std::move(text), IsNull(*column, row)});
  }
  return cells;
}

/// The bytes of the first code point. Requires valid UTF-8.
size_t FirstCodePoint(std::string_view text) {
  size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    ++size;
  }
  return size;
}

/// `text`, cut so that it takes at most `width` columns, the last one then being "…".
std::string Fit(const std::string& text, size_t width) {
  if (DisplayWidth(text) <= width) return text;
  std::string_view rest = text;
  std::string fitted;
  for (size_t used = 0; !rest.empty();) {
    const std::string_view next = rest.substr(0, FirstCodePoint(rest));
    used += DisplayWidth(next);
    if (used + 1 > width) break;
    fitted += next;
    rest.remove_prefix(next.size());
  }
  return fitted + "…";
}

class TableLayout {
 public:
  TableLayout(const arrow::Schema& schema, const std::vector<Row>& sample, int width)
      : is_terminal_(width > 0) {
    for (const auto& field : schema.fields()) {
      names_.push_back({EscapeForTerminal(field->name()), false});
      widths_.push_back(DisplayWidth(names_.back().text));
      is_number_.push_back(IsNumber(*field->type()));
    }
    for (const Row& row : sample) Widen(row);
    if (width > 0) Shrink(static_cast<size_t>(width));
  }

  void WriteHeader(std::ostream& out) const {
    WriteRow(names_, out);
    for (size_t i = 0; i < widths_.size(); ++i) {
      if (i > 0) out << "─┼─";
      for (size_t j = 0; j < widths_[i]; ++j) out << "─";
    }
    out << '\n';
  }

  void WriteRow(const Row& row, std::ostream& out) const {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += kSeparator;
      line += Padded(row[i], i);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }

 private:
  void Widen(const Row& row) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths_[i] = std::max(widths_[i], DisplayWidth(row[i].text));
    }
  }

  /// The widest columns give way first: they are the ones a reader can do without.
  void Shrink(size_t width) {
    if (widths_.empty()) return;
    const size_t separators = kSeparatorWidth * (widths_.size() - 1);
    size_t total = std::accumulate(widths_.begin(), widths_.end(), separators);
    while (total > width) {
      size_t& widest = *std::max_element(widths_.begin(), widths_.end());
      if (widest <= kNarrowest) return;
      --widest;
      --total;
    }
  }

  std::string Padded(const Cell& cell, size_t column) const {
    std::string text = Fit(cell.text, widths_[column]);
    const std::string padding(
        widths_[column] - std::min(DisplayWidth(text), widths_[column]), ' ');
    if (cell.is_null && is_terminal_) text = "\x1b[2m" + text + "\x1b[0m";
    return is_number_[column] ? padding + text : text + padding;
  }

  bool is_terminal_;
  Row names_;
  std::vector<size_t> widths_;
  std::vector<bool> is_number_;
};

std::string Footer(int64_t rows, const arrow::Schema& schema) {
  std::string footer = "(" + FormatCount(rows) + (rows == 1 ? " row)" : " rows)");
  const int note = schema.metadata() ? schema.metadata()->FindKey("flowlake.note") : -1;
  if (note >= 0) footer += " " + EscapeForTerminal(schema.metadata()->value(note));
  return footer + "\n";
}

}  // namespace

Result<int64_t> RenderTable(Answer& answer, const RenderOptions& options,
                            std::ostream& out) {
  const auto schema = answer.schema();
  std::vector<Row> sample;
  std::optional<TableLayout> layout;
  const auto flush = [&] {
    layout.emplace(*schema, sample, options.width);
    layout->WriteHeader(out);
    for (const Row& row : sample) layout->WriteRow(row, out);
    sample.clear();
  };
  int64_t rows = 0;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, answer.Next());
    if (!batch) break;
    for (int64_t i = 0; i < batch->num_rows(); ++i, ++rows) {
      if (rows == options.sample_rows) flush();
      Row row = MakeRow(*batch, i);
      if (layout) {
        layout->WriteRow(row, out);
      } else {
        sample.push_back(std::move(row));
      }
    }
  }
  if (!layout) flush();
  out << Footer(rows, *schema);
  return rows;
}

}  // namespace flowlake
