"""deploy/terraform: valid for the provider, formatted, and planned with a provider that is mocked.
Where Terraform or its provider cannot be had (a mirror named in Terraform's own configuration, or
the registry), it says so and is skipped."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

MODULE = pathlib.Path(__file__).resolve().parents[2] / "deploy/terraform"


class TerraformModule(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.terraform = shutil.which("terraform")
        if not cls.terraform:
            raise unittest.SkipTest("Terraform is not installed")
        cls.folder = tempfile.mkdtemp(prefix="flowlake-terraform-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.copy = pathlib.Path(cls.folder) / "module"
        shutil.copytree(MODULE, cls.copy, ignore=shutil.ignore_patterns(".terraform*"))
        started = cls.run_terraform("init", "-backend=false", "-input=false")
        if started.returncode:
            raise unittest.SkipTest(f"no provider: {started.stderr.strip()[-300:]}")

    @classmethod
    def run_terraform(cls, *arguments):
        environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        return subprocess.run([cls.terraform, *arguments, "-no-color"], cwd=cls.copy, text=True,
                              capture_output=True, timeout=100, env=environment)

    def must(self, *arguments):
        done = self.run_terraform(*arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_is_valid_and_formatted(self):
        self.must("validate")
        self.must("fmt", "-check", "-recursive", "-diff")

    def test_plans_with_and_without_options(self):
        self.assertIn("3 passed, 0 failed", self.must("test"))

    def test_a_planted_fault_is_found(self):
        file = self.copy / "queue.tf"
        text = file.read_text()
        self.addCleanup(file.write_text, text)
        file.write_text(text.replace("visibility_timeout_seconds", "visibility_timeout"))
        self.assertNotEqual(self.run_terraform("validate").returncode, 0)


if __name__ == "__main__":
    unittest.main()
