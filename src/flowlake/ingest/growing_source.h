/// A text file that somebody may still write to: the records behind those that the lake
/// has.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/ingest/plain_window.h"
#include "flowlake/ingest/record_source.h"

namespace flowlake {

struct GrowingRequest {
  /// Whose writer is not kDone, so that what comes meanwhile is left for the next time.
  const Input& input;
  const FormatOptions& format;
  ReadMemory& memory;
  /// The beginning that the lake has; no bytes: nothing yet.
  ContentIdentity done{};
  /// Where to end, and what is there is a whole record; 0: at the last whole record.
  int64_t end = 0;
  /// Whether what stands behind the last whole record is one, too: nobody will end it.
  bool is_ended = false;
};

/// Reads the file from its first byte, because what a record means may stand in a header
/// anywhere before it; the records of `done` are parsed and dropped. A record that had no
/// end when it was taken, and was a row, is not taken again: if it has gone on, the whole
/// of it becomes a reject (kCutLine). If it was no row, it is read again with its end,
/// unless it lacked only its line feed. Not thread-safe.
class GrowingSource : public RecordSource {
 public:
  /// nullptr if the file has no whole record yet. IOError if it does not begin with
  /// `done`. `request` and what it names outlive the source.
  static Result<std::unique_ptr<GrowingSource>> Open(const GrowingRequest& request);

  /// Whether `done` has records, good ones or not.
  bool has_old_records() const { return has_old_records_; }
  /// Whether there is something behind `done` to be taken. Before the first Next().
  Result<bool> HasMore();
  /// Whether part of a record is left behind what was taken.
  bool waits() const { return waits_; }
  /// Where the first record behind `done` begins: less than its bytes if the last one is
  /// read again.
  int64_t begin() const { return begin_; }

  const Schema* schema() const override { return &parser_->schema(); }
  std::string description() const override { return parser_->description(); }
  std::vector<std::string> unknown_fields() const override {
    return parser_->unknown_fields();
  }
  bool is_small() const override { return false; }
  Result<bool> Next(ColumnsBuilder& columns, Rejects& rejects) override;
  /// Those up to the end of the last record taken; so are the other two.
  int64_t stored_bytes() const override { return window_.offset(); }
  int64_t plain_bytes() const override { return window_.offset() - begin_; }
  InputKeys content_keys() const override { return keys_.Finish(); }

 private:
  enum class Cut { kNone, kTaken, kOther };

  GrowingSource(const GrowingRequest& request, PlainWindow window,
                std::unique_ptr<Parser> parser);
  static Result<std::unique_ptr<GrowingSource>> Start(const GrowingRequest& request,
                                                      int64_t known_bytes);

  /// Drops the whole records before byte `end`, and says what is left there.
  Status Skip(int64_t end);
  /// Parses and drops what is left of `done`. kOther: it must be read again.
  Result<Cut> TakeCutRecord();
  Status CheckBegins() const;
  /// The size of the next records before `end`; 0: there is no whole one.
  Result<size_t> Frame(int64_t end, bool is_last);
  Result<size_t> FrameNext();
  /// Of the line that was taken before it had an end; 0: it has none yet.
  Result<size_t> RestOfLine();
  void FinishCutLine(size_t rest, Rejects& rejects);
  Status ParseAndDrop(size_t size);
  void Consume(size_t size);

  const GrowingRequest& request_;
  PlainWindow window_;
  std::unique_ptr<Parser> parser_;
  StreamingKeys keys_;
  ColumnsBuilder dropped_;
  Rejects dropped_rejects_;
  int64_t dropped_rows_ = 0;
  bool has_old_records_ = false;
  int64_t begin_ = 0;
  int64_t lines_ = 0;           // whole ones before the window's first byte
  bool is_cut_ = false;         // the window begins within a line that is a row already
  std::string cut_;             // what there was of it
  int64_t cut_at_ = 0;          // its first byte
  std::optional<size_t> next_;  // framed, or the rest of the cut line
  bool waits_ = false;
};

}  // namespace flowlake
