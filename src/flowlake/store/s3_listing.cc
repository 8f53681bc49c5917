#include "flowlake/store/s3_listing.h"

#include <charconv>
#include <pugixml.hpp>

#include "flowlake/base/iso_time.h"

namespace flowlake {

namespace {

/// XML 1.0 cannot hold every key, so they are asked for percent-encoded; not every server
/// does that, but says so.
std::string DecodeKey(std::string_view text, bool is_encoded) {
  std::string key;
  for (size_t i = 0; i < text.size(); ++i) {
    uint8_t byte = 0;
    const char* const digits = text.data() + i + 1;
    const bool is_escape =
        is_encoded && text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    if (is_escape) {
      key += static_cast<char>(byte);
      i += 2;
    } else {
      key += is_encoded && text[i] == '+' ? ' ' : text[i];
    }
  }
  return key;
}

int64_t TimeMs(const char* text) { return ParseIsoTime(text).value_or(0) / 1000; }

ObjectInfo ParseObject(const pugi::xml_node& node, bool is_encoded) {
  ObjectInfo object;
  object.path = DecodeKey(node.child_value("Key"), is_encoded);
  object.size = node.child("Size").text().as_llong();
  object.modified_ms = TimeMs(node.child_value("LastModified"));
  object.etag = node.child_value("ETag");
  return object;
}

pugi::xml_parse_result Load(std::string_view xml, pugi::xml_document& document) {
  return document.load_buffer(xml.data(), xml.size());
}

}  // namespace

Result<S3Listing> ParseListing(std::string_view xml) {
  pugi::xml_document document;
  const pugi::xml_node root =
      Load(xml, document) ? document.child("ListBucketResult") : pugi::xml_node();
  if (!root) return Status::Invalid("the answer is no listing");
  const bool is_encoded = std::string_view(root.child_value("EncodingType")) == "url";
  S3Listing listing;
  for (const pugi::xml_node& node : root.children("Contents")) {
    listing.objects.push_back(ParseObject(node, is_encoded));
  }
  for (const pugi::xml_node& node : root.children("CommonPrefixes")) {
    listing.prefixes.push_back(DecodeKey(node.child_value("Prefix"), is_encoded));
  }
  if (root.child("IsTruncated").text().as_bool()) {
    listing.next = root.child_value("NextContinuationToken");
    if (listing.next.empty()) return Status::Invalid("the listing breaks off");
  }
  return listing;
}

Result<S3UploadListing> ParseUploadListing(std::string_view xml) {
  pugi::xml_document document;
  const pugi::xml_node root = Load(xml, document)
                                  ? document.child("ListMultipartUploadsResult")
                                  : pugi::xml_node();
  if (!root) return Status::Invalid("the answer is no listing of uploads");
  const bool is_encoded = std::string_view(root.child_value("EncodingType")) == "url";
  S3UploadListing listing;
  for (const pugi::xml_node& node : root.children("Upload")) {
    listing.uploads.push_back({DecodeKey(node.child_value("Key"), is_encoded),
                               node.child_value("UploadId"), 0,
                               TimeMs(node.child_value("Initiated"))});
  }
  if (root.child("IsTruncated").text().as_bool()) {
    listing.next_key = DecodeKey(root.child_value("NextKeyMarker"), is_encoded);
    listing.next_upload = root.child_value("NextUploadIdMarker");
    if (listing.next_key.empty()) return Status::Invalid("the listing breaks off");
  }
  return listing;
}

Result<std::string> ParseElement(std::string_view xml, const char* name) {
  pugi::xml_document document;
  if (!Load(xml, document)) return Status::Invalid("the answer is no XML");
  const pugi::xml_node found = document.find_node(
      [&](const pugi::xml_node& node) { return std::string_view(node.name()) == name; });
  if (!found) return Status::Invalid("the answer has no ", name);
  return std::string(found.text().get());
}

}  // namespace flowlake
