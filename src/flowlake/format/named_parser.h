/// JSON documents whose members are fields of a log, in any spelling and order: one
/// document is one row.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flowlake/format/document_parser.h"
#include "flowlake/format/extra_object.h"
#include "flowlake/format/json_scanner.h"
#include "flowlake/format/layout.h"

namespace flowlake {

/// Not thread-safe.
class NamedParser : public DocumentParser {
 public:
  NamedParser(const Schema& schema, const ParseLimits& limits);

  const Schema& schema() const override { return schema_; }
  std::string description() const override;
  std::vector<std::string> unknown_fields() const override { return unknown_.names(); }

 protected:
  /// Usual is a document without nesting whose members are some of those of the last
  /// document that ParseDocument() saw, in that order.
  Result<size_t> ScanDocument(const Line& place, Sink sink) override;
  Status ParseDocument(const Json& document, const Line& place, Sink sink) override;

 private:
  using Failure = std::pair<std::string, RejectReason>;

  struct KnownMember {
    std::string name;
    LayoutField field;
  };

  /// A member of the document at hand, as scanned.
  struct ScannedMember {
    const KnownMember* known = nullptr;
    std::string_view json;  ///< the value as it came
    bool is_text = false;
    JsonString text;
    Cell cell;  ///< unless is_text
  };

  /// A value, whichever way it was read.
  struct Value {
    Cell cell;
    bool is_text = false;
    bool is_structured = false;
    std::string_view json;  ///< of what is neither text nor null
  };

  bool ScanMembers(JsonScanner& scanner);
  static bool ScanValue(JsonScanner& scanner, ScannedMember& member);
  std::string_view TextOf(const JsonString& text);
  std::optional<Failure> AppendScanned(ColumnsBuilder& columns);
  std::optional<Failure> AppendMembers(const Json& document, ColumnsBuilder& columns);
  std::optional<Failure> AppendMember(const std::string& name, const LayoutField& field,
                                      const Value& value, ValueAppender& values);
  bool AddExtra(std::string_view name, const Value& value);
  void BeginRow();
  std::optional<Failure> EndOfRow() const;
  void FinishRow(const std::optional<Failure>& failure, const Line& place, Sink sink);

  const LayoutField& Find(std::string_view name);
  void LearnOrder(const Json& document);
  const std::string& ColumnOf(const LayoutField& field) const {
    return schema_.field(field.target.column).name;
  }
  int64_t& RowOf(const LayoutField& field) {
    return row_of_column_[static_cast<size_t>(field.target.column)];
  }

  static constexpr size_t kMaxFields = 1000;
  const Schema& schema_;
  std::map<std::string, LayoutField, std::less<>> fields_;
  std::vector<KnownMember> order_;  // names without repetition
  std::vector<ScannedMember> scanned_;
  std::string unescaped_;
  std::vector<int64_t> row_of_column_;  // in which row a column last got a value
  int64_t row_ = 0;
  bool has_known_ = false;  // whether the row has a field of the schema
  UnknownNames unknown_;
  ExtraObject extra_;
};

}  // namespace flowlake
