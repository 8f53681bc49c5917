/// Lines of a log inside {"message": …} and CloudWatch Logs documents.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flowlake/format/document_parser.h"
#include "flowlake/format/json_documents.h"
#include "flowlake/format/message_block.h"
#include "flowlake/format/message_lines.h"

namespace flowlake {

/// The text of a member, or nullptr if it is absent or something else.
const std::string* TextMember(const Json& document, const char* name);

/// Whether it is a document of a CloudWatch Logs subscription.
bool IsCloudWatch(const Json& document);
/// Requires IsCloudWatch(document).
bool IsControl(const Json& document);

/// Not thread-safe.
class MessageParser : public DocumentParser {
 public:
  MessageParser(DocumentKind kind, std::unique_ptr<MessageLines> lines,
                const ParseLimits& limits);

  const Schema& schema() const override { return lines_->schema(); }
  std::string description() const override;
  std::vector<std::string> unknown_fields() const override {
    return lines_->unknown_fields();
  }

 protected:
  Result<size_t> ScanDocument(const Line& place, Sink sink) override;
  Status Flush(Sink sink) override;
  Status ParseDocument(const Json& document, const Line& place, Sink sink) override;

 private:
  Status ParseMessage(const Json& document, const Line& place, Sink sink);

  DocumentKind kind_;
  std::unique_ptr<MessageLines> lines_;
  MessageBlock messages_;  // of documents that were scanned and not parsed yet
};

}  // namespace flowlake
