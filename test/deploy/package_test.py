"""What `make package` makes of the program: a tarball that runs where it is unpacked, a .deb with a
service, and the file system of the Dockerfile's image, which has nothing else."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.request

from flowlake_program import BINARY, SOURCE
from s3_server import free_port

LINE = "2 1 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1789948800 1789948860 ACCEPT OK\n"


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="flowlake-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        made = subprocess.run([SOURCE / "cmake/package-program.sh", pathlib.Path(BINARY).parent,
                               cls.folder], capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        [cls.tarball] = cls.folder.glob("*.tar.gz")

    def run_here(self, *command, **options):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              timeout=60, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def assert_works(self, program):
        lake = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "lake"
        self.run_here(program, "ingest", "-", "--lake", lake, input=LINE)
        answer = self.run_here(program, "query", "SELECT srcaddr FROM vpc_flow", "--lake", lake)
        self.assertIn("10.0.0.1", answer)

    def test_the_tarball_runs_where_it_is_unpacked_and_through_links(self):
        self.run_here("tar", "-xzf", self.tarball, "-C", self.folder)
        [program] = self.folder.glob("flowlake-*/bin/flowlake")
        self.assert_works(program)
        link = self.folder / "link"
        link.symlink_to(program)
        self.assert_works(link)

    def test_it_loads_no_library_of_the_machine(self):
        self.run_here("tar", "-xzf", self.tarball, "-C", self.folder)
        [libexec] = self.folder.glob("flowlake-*/libexec")
        listed = self.run_here(libexec / "lib/loader", "--library-path", libexec / "lib", "--list",
                               libexec / "flowlake")
        foreign = [line for line in listed.splitlines()
                   if "=>" in line and str(libexec) not in line and "loader" not in line]
        self.assertEqual(foreign, [])

    def test_the_deb_has_the_program_its_documents_and_a_service(self):
        if not shutil.which("dpkg-deb"):
            self.skipTest("dpkg-deb is not here")
        [deb] = self.folder.glob("*.deb")
        root = self.folder / "root"
        self.run_here("dpkg-deb", "-x", deb, root)
        self.assertIn("Package: flowlake", self.run_here("dpkg-deb", "-I", deb))
        self.assert_works(root / "usr/bin/flowlake")
        self.assertTrue((root / "usr/share/doc/flowlake/serve.md").exists())
        config = root / "etc/flowlake/serve.toml"
        self.run_here(root / "usr/bin/flowlake", "serve", "--config", config, "--check",
                      cwd=self.folder)
        self.assert_is_hardened(root)

    def assert_is_hardened(self, root):
        if not shutil.which("systemd-analyze"):
            return
        unit = root / "lib/systemd/system/flowlake.service"
        text = unit.read_text().replace("/usr/bin/flowlake", str(root / "usr/bin/flowlake"))
        here = self.folder / "flowlake.service"
        here.write_text(text)
        verified = subprocess.run(["systemd-analyze", "verify", here], capture_output=True,
                                  text=True)
        self.assertEqual([line for line in verified.stderr.splitlines()
                          if "flowlake.service" in line], [])
        self.run_here("systemd-analyze", "security", "--offline=true", "--threshold=20", here)

    def test_the_image_serves_with_nothing_else_in_it(self):
        image = self.folder / "image"
        if os.getuid() != 0:
            self.skipTest("the image's owner and a change of the root need root")
        self.run_here(SOURCE / "deploy/docker/root.sh", self.folder, image)
        command = self.entrypoint()
        (image / "etc/flowlake").mkdir()
        (image / "etc/flowlake/keys").write_text("secret\n")
        port = free_port()
        process = subprocess.Popen(
            [shutil.which("chroot"), "--userspec=65532:65532", image, *command, "serve", "--listen",
             f"127.0.0.1:{port}", "--wal", "/var/lib/flowlake/wal", "--access-key-file",
             "/etc/flowlake/keys"], env={"FLOWLAKE_LAKE": "/var/lib/flowlake/lake"})
        try:
            self.assertEqual(self.ready(f"http://127.0.0.1:{port}/readyz"), 200)
            process.terminate()
            self.assertEqual(process.wait(30), 0)
        finally:
            process.kill()
            process.wait()

    @staticmethod
    def entrypoint():
        lines = (SOURCE / "deploy/docker/Dockerfile").read_text().splitlines()
        [entry] = [line for line in lines if line.startswith("ENTRYPOINT ")]
        return [word.strip(' "') for word in entry.removeprefix("ENTRYPOINT ").strip("[]").split(",")]

    @staticmethod
    def ready(url):
        for _ in range(100):
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    return answer.status
            except OSError:
                time.sleep(0.1)
        return None


if __name__ == "__main__":
    unittest.main()
