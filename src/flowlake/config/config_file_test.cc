#include "flowlake/config/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowlake {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr ConfigOrigin kOrigins[] = {ConfigOrigin::kLake, ConfigOrigin::kFolder,
                                     ConfigOrigin::kHost};

/// A value that the key takes from anybody who may set it.
std::string ValueFor(const ConfigKey& key) {
  switch (key.type) {
    case ConfigType::kFlag:
      return "true";
    case ConfigType::kSize:
    case ConfigType::kPeriod:
    case ConfigType::kPeriodOrNever:
      return "'" + std::string(key.most) + "'";
    case ConfigType::kTables:
      return "[{name = 'a'}]";
    default:
      return "'x'";
  }
}

/// A file that says one key and nothing else.
std::string FileWith(const ConfigKey& key, const std::string& value) {
  const std::string said = std::string(key.name) + " = " + value;
  if (key.section == "log.fields") return "[[log]]\nfields = [{" + said + "}]\n";
  return DescribeSection(key.section) + "\n" + said + "\n";
}

Status Parsed(const std::string& text, ConfigOrigin origin = ConfigOrigin::kLake) {
  return ConfigFile::Parse(text, "flowlake.toml", origin).status();
}

TEST(ConfigFile, EveryOriginMaySetWhatTheTableSays) {
  for (const ConfigKey& key : config_table::kKeys) {
    const std::string text = FileWith(key, ValueFor(key));
    for (const ConfigOrigin origin : kOrigins) {
      const Status status = Parsed(text, origin);
      const bool may = origin == ConfigOrigin::kHost || key.lake_may_set;
      EXPECT_EQ(status.ok(), may) << text << status.message();
      if (may) continue;
      EXPECT_THAT(status.message(),
                  AllOf(HasSubstr("flowlake.toml, line 2: "),
                        HasSubstr(DescribeSection(key.section) + " " +
                                  std::string(key.name) + " is not for"),
                        HasSubstr("--config FILE, $FLOWLAKE_CONFIG or ~/.config/"),
                        Not(HasSubstr("\n"))));
    }
  }
}

TEST(ConfigFile, AFileInTheCurrentFolderMaySetNoMoreThanALakes) {
  for (const ConfigKey& key : config_table::kKeys) {
    const std::string text = FileWith(key, ValueFor(key));
    EXPECT_EQ(Parsed(text, ConfigOrigin::kFolder).ok(),
              Parsed(text, ConfigOrigin::kLake).ok())
        << text;
  }
}

TEST(ConfigFile, NothingOfTheHostIsForALake) {
  // The rule in words, apart from the table.
  for (const ConfigKey& key : config_table::kKeys) {
    EXPECT_FALSE(key.section == "location" && key.lake_may_set) << key.name;
    if (key.section != "serve" || !key.lake_may_set) continue;
    EXPECT_FALSE(key.least.empty() || key.most.empty()) << key.name;
    EXPECT_THAT(std::string(key.name),
                testing::AnyOf("flush_size", "max_delay", "wal_limit", "watch_every",
                               "maintain_every", "memory"));
  }
}

TEST(ConfigFile, EveryKeyHasTheTypeOfItsRow) {
  for (const ConfigKey& key : config_table::kKeys) {
    for (const char* wrong : {"1.5", "2026-09-21", "{a = 1}", "[1.5]", "[[]]"}) {
      const Status status = Parsed(FileWith(key, wrong), ConfigOrigin::kHost);
      EXPECT_TRUE(status.IsInvalid()) << key.section << " " << key.name << " " << wrong;
      EXPECT_THAT(status.message(), HasSubstr("line 2"));
    }
  }
}

TEST(ConfigFile, SizesAndPeriodsOfALakeHaveBounds) {
  for (const ConfigKey& key : config_table::kKeys) {
    if (key.least.empty()) continue;
    EXPECT_TRUE(Parsed(FileWith(key, "'" + std::string(key.least) + "'")).ok());
    const bool is_size = key.type == ConfigType::kSize;
    const std::vector<std::string> wrong =
        is_size ? std::vector<std::string>{"0", "-1", "'0'", "'10TB'", "'1e300GB'", "'x'"}
                : std::vector<std::string>{"'0s'", "'-1s'", "'1000000d'", "'s'", "''"};
    for (const std::string& value : wrong) {
      const std::string text = FileWith(key, value);
      EXPECT_THAT(Parsed(text).message(), HasSubstr(std::string(key.name))) << text;
    }
    const std::string large = is_size ? "'10TB'" : "'1000000d'";
    EXPECT_TRUE(Parsed(FileWith(key, large), ConfigOrigin::kHost).ok()) << key.name;
  }
  EXPECT_TRUE(Parsed("[serve]\nmaintain_every = 'never'\n").ok());
  EXPECT_THAT(Parsed("[serve]\nflush_size = '10TB'\n").message(),
              AllOf(HasSubstr("1kB to 1GB, not 10TB"), HasSubstr("--config")));
}

TEST(ConfigFile, UnknownKeysAreNamedWithTheNearestThatThereIs) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[[location]]\nregoin = 'x'",
       "line 2: unknown key 'regoin' in [[location]]; the "
       "nearest is region"},
      {"[serve]\nmax-delay = '1s'", "'max-delay' in [serve]; the nearest is max_delay"},
      {"[[log]]\nfields = [{nmae = 'x'}]", "a field of [[log]]; the nearest is name"},
      {"[[logs]]\n", "unknown key 'logs'; the nearest is [[log]]"},
      {"\nservice = 1", "line 2: unknown key 'service'; the nearest is [serve]"},
      {"log.fields = 1", "[[log]] is a list"},
      {"'log.fields' = 1", "unknown key 'log.fields'"},
      {"[serve.wal]\nx = 1", "[serve] wal is a string"},
      {"[serve.more]\nx = 1", "unknown key 'more' in [serve]"},
      {"'\\u001b[2J' = 1", "unknown key"}};
  for (const auto& [text, words] : cases) {
    EXPECT_THAT(Parsed(text, ConfigOrigin::kHost).message(), HasSubstr(words)) << text;
  }
  const Status hostile = Parsed("\"\\u001b[2J\\u202e\" = 1");
  EXPECT_THAT(hostile.message(), AllOf(HasSubstr("\\x1b[2J"), Not(HasSubstr("\x1b"))));
}

TEST(ConfigFile, SectionsAreWhatTheyAre) {
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"serve = 1", "line 1: [serve] is a table"},
           {"[[serve]]", "[serve] is a table"},
           {"[log]\ntable = 'x'", "[[log]] is a list of tables"},
           {"log = [1]", "[[log]] is a table"},
           {"[serve", "line 1: "}}) {
    EXPECT_THAT(Parsed(text).message(), HasSubstr(words)) << text;
  }
  EXPECT_TRUE(Parsed("").ok());
  EXPECT_TRUE(Parsed("\xEF\xBB\xBF# nothing\n").ok());
  EXPECT_TRUE(Parsed("log = []\n").ok());
}

TEST(ConfigFile, ValuesAreThoseOfTheFile) {
  const auto config = ConfigFile::Parse(
                          "[[log]]\ntable = 'a'\nquotes = false\n"
                          "fields = [{name = 'x'}, {name = 'y', type = 'int32'}]\n"
                          "[[log]]\ntable = 'b'\n"
                          "[serve]\nwatch = ['u', 'v']\nqueue = 'q'\nlisten = 8080\n",
                          "x.toml", ConfigOrigin::kHost)
                          .ValueOrDie();
  const auto logs = config.Sections("log");
  ASSERT_EQ(logs.size(), 2U);
  EXPECT_EQ(logs[0].Text("log.table"), "a");
  EXPECT_EQ(logs[1].Text("log.table"), "b");
  EXPECT_EQ(logs[0].Flag("log.quotes"), false);
  EXPECT_EQ(logs[0].Flag("log.header"), std::nullopt);
  const auto fields = logs[0].Tables("log.fields");
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[1].Text("log.fields.type"), "int32");
  EXPECT_EQ(fields[1].Wrong("no").message(), "x.toml, line 4: no");
  EXPECT_EQ(logs[1].Wrong("log.table", "no").message(), "x.toml, line 6: no");
  const auto serve = config.Sections("serve");
  EXPECT_THAT(serve.at(0).Texts("serve.watch"), ElementsAre("u", "v"));
  EXPECT_THAT(serve.at(0).Texts("serve.queue"), ElementsAre("q"));
  EXPECT_EQ(serve.at(0).Text("serve.listen"), "8080");
  EXPECT_FALSE(serve.at(0).Has("serve.wal"));
  EXPECT_TRUE(config.Sections("maintain").empty());
}

TEST(ConfigFile, TextThatIsNotTomlIsAnError) {
  for (const char* text :
       {"[=]", "[\vformat]", "[%", "[[,]]", "[ !a]", "=", "x", "x = ", "\x01", "[a.]",
        "a = {b = 1,}", "\xFF\xFE", "[\xC2\x85]", "a.=1", "\xC3\xA9 = 1", "x = \xCC\xBF",
        "x = \"\"\"\\\n\xC3\xA9\"\"\""}) {
    EXPECT_THAT(Parsed(text).message(), testing::StartsWith("flowlake.toml")) << text;
  }
}

std::string Repeated(const std::string& text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(ConfigFile, AFileThatWouldExhaustItsReaderIsRefused) {
  const std::string deep = Repeated("a.", 300'000) + "a";
  const std::string stepwise = Repeated("[\n{" + Repeated("b.", 32) + "c = ", 120);
  const std::string texts = "'" + std::string(20'000, 'x') + "'";
  for (const std::string& text :
       {std::string(size_t{1} << 21, '#'), "[" + deep + "]\n", deep + " = 1\n",
        "x = ['''\n''', {" + deep + " = 1}]", "x = '''a'''''\n" + deep + " = 1",
        "x = \"\"\"\\\"\"\"\"\n" + deep + " = 1", "x = " + Repeated("[", 100'000),
        "x = " + stepwise, Repeated("[[log]]\ntable = 'x'\n", 257),
        Repeated("[[location]]\n", 1025), "[[log]]\nmatch = " + texts,
        "[[log]]\nfields = [" + Repeated("{name = 'x'},", 513) + "]",
        "[serve]\nwatch = [" + Repeated("'x',", 1025) + "]"}) {
    EXPECT_TRUE(Parsed(text, ConfigOrigin::kHost).IsInvalid()) << text.substr(0, 60);
  }
}

TEST(ConfigFile, DotsInStringsAndCommentsAreNoNesting) {
  const std::string dots(100, '.');
  EXPECT_TRUE(Parsed("# " + dots + "\n[[format]]\nmatch = \"" + dots + "\\\"" + dots +
                     "\" # " + dots + "\nfields = '''" + dots + "'''\n")
                  .ok());
}

}  // namespace
}  // namespace flowlake
