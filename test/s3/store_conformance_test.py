"""The store's conformance suite on a real S3 server."""
import os
import pathlib
import subprocess
import unittest

import s3_server


class StoreOnS3(unittest.TestCase):
    def test_passes_the_conformance_suite(self):
        program = (pathlib.Path(os.environ["FLOWLAKE_BINARY"]).parent
                   / "src/flowlake/flowlake_store_test")
        with s3_server.running() as server:
            done = subprocess.run(
                [program, "--gtest_filter=Remote/*"], text=True, capture_output=True,
                env={**server.environment, "FLOWLAKE_TEST_BUCKET": server.bucket})
        self.assertEqual(done.returncode, 0, done.stdout[-5000:] + done.stderr[-2000:])
        self.assertIn("[  PASSED  ]", done.stdout)
        self.assertNotIn("0 tests.", done.stdout)


if __name__ == "__main__":
    unittest.main()
