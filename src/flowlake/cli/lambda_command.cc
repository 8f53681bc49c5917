/// flowlake lambda: the program as a Lambda function.
#include "flowlake/cli/command.h"
#include "flowlake/lambda/run_lambda.h"

namespace flowlake {

void AddLambdaCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "lambda",
      "Serve as an AWS Lambda function: what is delivered is staged, committed");
  SetExample(*command,
             "exec flowlake lambda      # in `bootstrap`, with FLOWLAKE_LAKE set");
  command->callback([&action] { action = [] { return Fail(RunLambda()); }; });
}

}  // namespace flowlake
