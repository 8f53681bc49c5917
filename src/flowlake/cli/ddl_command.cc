/// flowlake ddl: what another engine must be told to know the lake's tables.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/query/remote_engine.h"
#include "flowlake/query/table_ddl.h"
#include "flowlake/table/manifest.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string dialect;
  std::string lake;
  std::string engine;
  std::vector<std::string> tables;
  bool manifests = false;
  bool apply = false;
  DdlOptions options;
};

Result<std::vector<DdlTable>> ReadTables(const Lake& lake,
                                         const std::vector<std::string>& wanted) {
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.ChooseTables(wanted));
  std::vector<DdlTable> tables;
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(const auto head, lake.table(name).LoadHead());
    tables.push_back({head->schema, ManifestRoot(*lake.store()) + "/" + name});
  }
  return tables;
}

Status Apply(const std::string& address, const std::vector<SqlText>& statements) {
  ARROW_ASSIGN_OR_RAISE(const auto engine, OpenRemoteEngine(address));
  for (const SqlText& sql : statements) {
    const std::string& statement = sql.text();
    ARROW_ASSIGN_OR_RAISE(const auto answer, engine->Run(statement, {}));
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const auto batch, answer->Next());
      if (batch == nullptr) break;
    }
    std::cout << "done: " << EscapeForTerminal(statement.substr(0, statement.find('\n')))
              << "\n";
  }
  return Status::OK();
}

Status Run(Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(arguments.options.dialect,
                        ParseDdlDialect(arguments.dialect, arguments.manifests));
  if (arguments.apply && arguments.engine.empty()) {
    return Status::Invalid("--apply needs --engine, which says where");
  }
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  ARROW_ASSIGN_OR_RAISE(const auto tables, ReadTables(lake, arguments.tables));
  ARROW_ASSIGN_OR_RAISE(const auto statements, DdlStatements(tables, arguments.options));
  if (arguments.apply) return Apply(arguments.engine, statements);
  for (const SqlText& statement : statements) std::cout << statement.text() << ";\n\n";
  return Status::OK();
}

ExitCode RunDdl(Arguments& arguments) {
  const Status status = Run(arguments);
  return status.ok() ? kExitOk : Fail(status);
}

}  // namespace

void AddDdlCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "ddl", "Print what Athena, Trino or Spark must be told to know the tables");
  command->add_option("dialect", arguments->dialect, "athena, trino or spark")
      ->required();
  AddLakeOption(*command, arguments->lake);
  AddListOption(*command, "--table", arguments->tables, "only these tables [all]");
  command->add_option("--database", arguments->options.database,
                      "database or schema of the tables [flowlake]");
  arguments->options.catalog = "delta";
  command->add_option("--catalog", arguments->options.catalog,
                      "Trino's catalogue of its Delta Lake connector [delta]");
  command->add_flag("--manifests", arguments->manifests,
                    "for engines without Delta: tables of the symlink manifests that "
                    "`flowlake maintain` writes");
  command->add_flag("--apply", arguments->apply, "run it there instead: needs --engine");
  command->add_option("--engine", arguments->engine,
                      "where to run it: trino://user@host:8080/catalog/schema or "
                      "athena://workgroup?region=…&output=s3://…");
  SetExample(*command,
             "flowlake ddl athena --lake s3://my-lake/flows\n"
             "  flowlake ddl trino --apply --engine "
             "trino://me@localhost:8080/delta/flowlake");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunDdl(*arguments); }; });
}

}  // namespace flowlake
