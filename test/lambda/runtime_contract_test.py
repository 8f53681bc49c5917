"""The runtime API of these tests, held against a client that is not ours: aws-lambda-go. What it
accepts from that one it may ask of flowlake-lambda."""
import os
import pathlib
import subprocess
import unittest

import go_programs
import lambda_runtime

VERSION = "v1.55.1"
PROGRAM = """package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type answer struct {
	Echo    json.RawMessage `json:"echo"`
	Request string          `json:"request"`
	Seconds float64         `json:"seconds"`
}

func handle(ctx context.Context, event json.RawMessage) (any, error) {
	switch string(event) {
	case `"fail"`:
		return nil, errors.New("as asked")
	case `"exit"`:
		os.Exit(3)
	case `"large"`:
		return strings.Repeat("x", 7<<20), nil
	}
	known, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	return answer{event, known.AwsRequestID, float64(deadline.Unix())}, nil
}

func main() { lambda.Start(handle) }
"""


def program():
    cache = pathlib.Path(os.environ.get("FLOWLAKE_CACHE") or
                         pathlib.Path.home() / ".cache/flowlake")
    folder = cache / f"aws-lambda-go-{VERSION}"
    bootstrap = folder / "bootstrap"
    if bootstrap.exists():
        return bootstrap
    go = go_programs.go_program()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.go").write_text(PROGRAM)
    (folder / "go.mod").write_text(
        f"module echo\n\ngo 1.21\n\nrequire github.com/aws/aws-lambda-go {VERSION}\n")
    environment = {**os.environ, "GOFLAGS": "-modcacherw -mod=mod"}
    built = subprocess.run([go, "build", "-o", bootstrap, "."], cwd=folder, text=True,
                           capture_output=True, env=environment)
    if built.returncode:
        raise unittest.SkipTest(f"aws-lambda-go cannot be built: {built.stderr[-300:]}")
    return bootstrap


class RuntimeContract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bootstrap = str(program())

    def setUp(self):
        self.function = lambda_runtime.Function([self.bootstrap], dict(os.environ), timeout=20)
        self.function.__enter__()
        self.addCleanup(self.function.__exit__)

    def test_an_event_its_id_and_its_deadline_arrive_and_the_answer_comes_back(self):
        for event in ({"a": "ä"}, [1, 2]):
            answer = self.function.invoke(event)
            self.assertEqual((answer.kind, answer.payload["echo"]), ("response", event))
            self.assertRegex(answer.payload["request"], "^[0-9a-f-]{36}$")
            self.assertGreater(answer.payload["seconds"], 1_700_000_000)

    def test_errors_exits_and_answers_that_are_too_large_are_told_apart(self):
        answer = self.function.invoke('"fail"')
        self.assertEqual((answer.kind, answer.payload["errorMessage"]), ("error", "as asked"))
        self.assertEqual(self.function.invoke('"exit"').kind, "exit")
        self.assertEqual(self.function.invoke('"large"').error_type,
                         "Function.ResponseSizeTooLarge")


if __name__ == "__main__":
    unittest.main()
