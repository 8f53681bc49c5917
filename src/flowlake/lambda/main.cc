/// flowlake-lambda: the function alone, without queries, as small as a cold start wants.
#include <exception>
#include <iostream>

#include "flowlake/lambda/run_lambda.h"

int main() {
  try {
    const flowlake::Status status = flowlake::RunLambda();
    std::cerr << "flowlake-lambda: " << status.message() << std::endl;
  } catch (const std::exception& error) {  // out of memory, at most
    std::cerr << "flowlake-lambda: " << error.what() << std::endl;
  }
  return 1;
}
