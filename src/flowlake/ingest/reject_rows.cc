#include "flowlake/ingest/reject_rows.h"

#include "flowlake/base/escape.h"
#include "flowlake/format/catalogue.h"

namespace flowlake {

namespace {

void AppendText(ColumnsBuilder& builder, std::string_view column, std::string_view text) {
  if (text.empty()) return;
  const std::string escaped = EscapeForTerminal(text, /*escape_backslash=*/true);
  builder.AppendString(builder.schema().IndexOf(column),
                       TruncateUtf8(escaped, kMaxRejectText));
}

void AppendRow(const Reject& reject, const RejectOrigin& origin,
               ColumnsBuilder& builder) {
  const Schema& schema = builder.schema();
  AppendText(builder, "input", origin.input);
  AppendText(builder, "log", origin.log);
  AppendText(builder, "column", reject.column);
  AppendText(builder, "reason", RejectReasonName(reject.reason));
  AppendText(builder, "text", reject.text);
  if (reject.line > 0) {
    builder.AppendNumber(schema.IndexOf("line"), reject.line);
    builder.AppendNumber(schema.IndexOf("offset"), reject.offset);
  }
  builder.AppendNumber(schema.IndexOf("at"), origin.at);
  builder.FinishRow();
}

}  // namespace

Columns RejectRows(const std::vector<Reject>& rejects, const RejectOrigin& origin,
                   ColumnsBuilder& builder) {
  for (const Reject& reject : rejects) AppendRow(reject, origin, builder);
  return builder.Finish();
}

}  // namespace flowlake
