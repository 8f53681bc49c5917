"""deploy/sam/template.yaml, before and after SAM's translation, held against AWS's schemas."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")  # the translator asks for one

from cfnlint.decode import cfn_yaml
from samtranslator.public.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

TEMPLATE = pathlib.Path(__file__).resolve().parents[2] / "deploy/sam/template.yaml"
LINT = pathlib.Path(sys.executable).with_name("cfn-lint")


class NoManagedPolicies:
    def load(self):
        return {}


def translate(text):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        template = json.loads(json.dumps(cfn_yaml.load(file.name)))
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"  # as `package` leaves it
    return transform(template, {}, NoManagedPolicies())


def lint(text, suffix):
    with tempfile.NamedTemporaryFile("w", suffix=suffix) as file:
        file.write(text)
        file.flush()
        done = subprocess.run([LINT, file.name], capture_output=True, text=True)
    return done.stdout + done.stderr


class SamTemplate(unittest.TestCase):
    def setUp(self):
        self.text = TEMPLATE.read_text()

    def test_is_without_fault(self):
        self.assertEqual(lint(self.text, ".yaml"), "")

    def test_is_without_fault_when_it_is_translated(self):
        self.assertEqual(lint(json.dumps(translate(self.text)), ".json"), "")

    def test_a_planted_fault_is_found(self):
        self.assertIn("Quee", lint(self.text.replace("Queue.Arn", "Quee.Arn"), ".yaml"))
        with self.assertRaises(InvalidDocumentException):
            translate(self.text.replace("BatchSize", "BatchSiez"))

    def test_timeouts_and_retries_fit_each_other(self):
        resources = translate(self.text)["Resources"]
        visible = resources["Queue"]["Properties"]["VisibilityTimeout"]
        timeout = resources["Converter"]["Properties"]["Timeout"]
        self.assertGreaterEqual(visible, 6 * timeout)
        redrive = resources["Queue"]["Properties"]["RedrivePolicy"]
        self.assertGreaterEqual(redrive["maxReceiveCount"], 10)
        mapping = resources["ConverterObjects"]["Properties"]
        self.assertEqual(mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])

    def test_nobody_may_do_everything(self):
        for name, resource in translate(self.text)["Resources"].items():
            if resource["Type"] != "AWS::IAM::Role":
                continue
            for policy in resource["Properties"].get("Policies", []):
                self.assertNotIn('"*"', json.dumps(policy), name)
                self.assertNotIn(":*\"", json.dumps(policy), name)


if __name__ == "__main__":
    unittest.main()
