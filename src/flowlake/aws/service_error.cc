#include "flowlake/aws/service_error.h"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "flowlake/base/escape.h"
#include "flowlake/base/json_member.h"

namespace flowlake {

namespace {

using Json = nlohmann::json;

constexpr size_t kMostText = 400;

/// "com.amazon.coral#Throttling:http://…" → "Throttling".
std::string BareCode(std::string code) {
  code = code.substr(0, code.find(':'));
  const size_t hash = code.rfind('#');
  return hash == code.npos ? code : code.substr(hash + 1);
}

std::string FirstOf(const Json& json, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string text = TextAt(json, name); !text.empty()) return text;
  }
  return {};
}

ServiceError OfXml(const std::string& body) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  const pugi::xml_node error = document.find_node([](const pugi::xml_node& node) {
    return std::string_view(node.name()) == "Error";
  });
  return {error.child_value("Code"), error.child_value("Message")};
}

ServiceError OfJson(const HttpResponse& response) {
  const Json json = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  std::string code = response.header("x-amzn-errortype");
  if (code.empty()) code = FirstOf(json, {"__type", "code", "Code"});
  return {BareCode(std::move(code)), FirstOf(json, {"message", "Message"})};
}

}  // namespace

ServiceError ServiceErrorOf(const HttpResponse& response) {
  const size_t begin = response.body.find_first_not_of(" \t\r\n");
  const bool is_xml = begin != std::string::npos && response.body[begin] == '<';
  return is_xml ? OfXml(response.body) : OfJson(response);
}

std::string DescribeRefusal(const HttpResponse& response) {
  const ServiceError error = ServiceErrorOf(response);
  std::string text = "HTTP " + std::to_string(response.status);
  if (!error.code.empty()) text += " " + error.code;
  if (!error.message.empty()) text += ": " + error.message;
  return EscapeForTerminal(TruncateUtf8(text, kMostText));
}

}  // namespace flowlake
