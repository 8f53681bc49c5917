"""The prompt of flowlake query, at a terminal of its own."""
import os
import pty
import select
import signal
import time
import unittest

from flowlake_program import BINARY, LakeTestCase, ingest
from small_logs import log

CTRL_C, CTRL_D = b"\x03", b"\x04"
ENDLESS = "SELECT count(*) FROM range(100000000) a, range(100000000) b;"


class Terminal:
    """flowlake at the other end of a pseudo-terminal."""

    def __init__(self, *arguments, home):
        self.seen = ""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            environment = os.environ | {"TERM": "xterm", "HOME": str(home)}
            environment.pop("XDG_STATE_HOME", None)
            os.execve(BINARY, [BINARY, *map(str, arguments)], environment)

    def send(self, keys):
        os.write(self.terminal, keys if isinstance(keys, bytes) else keys.encode())

    def wait_for(self, text, seconds=20):
        """Reads on until `text` has come since the last wait; fails without it."""
        until = time.monotonic() + seconds
        while text not in self.seen:
            left = until - time.monotonic()
            ready, _, _ = select.select([self.terminal], [], [], max(left, 0))
            assert ready, f"{text!r} did not come, but: {self.seen!r}"
            self.seen += os.read(self.terminal, 65536).decode(errors="replace")
        before, self.seen = self.seen.split(text, 1)
        return before

    def wait_for_prompt(self):
        """The prompt, and then the moment that the line editor needs to take the keys."""
        self.wait_for("flowlake> ")
        time.sleep(0.3)

    def exit_code_after(self, keys, seconds=20):
        self.send(keys)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.05)
            ended, status = os.waitpid(self.process, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        return f"did not end within {seconds} s; last seen: {self.seen!r}"


class Prompt(LakeTestCase):
    def setUp(self):
        super().setUp()
        ingest(self.lake, self.write("a.log", log(7)))
        self.terminal = Terminal("query", "--lake", self.lake, home=self.folder)
        self.terminal.wait_for_prompt()

    def leave(self):
        self.terminal.wait_for_prompt()
        self.assertEqual(self.terminal.exit_code_after(CTRL_D), 0)

    def test_statement_over_two_lines_is_answered_with_its_cost(self):
        self.terminal.send("SELECT 'n=' || count(*) AS n\n")
        self.terminal.wait_for("...> ")
        self.terminal.send("FROM vpc_flow;\n")
        self.terminal.wait_for("n=7")
        self.terminal.wait_for("Athena would bill")
        self.leave()

    def test_error_does_not_end_it_and_history_is_kept(self):
        self.terminal.send("SELECT nope FROM vpc_flow;\n")
        self.terminal.wait_for("flowlake: ")
        self.leave()
        history = (self.folder / ".local/state/flowlake/history").read_text()
        self.assertIn("nope", history)

    def test_ctrl_c_cancels_the_query_and_not_the_prompt(self):
        self.terminal.send(ENDLESS + "\n")
        time.sleep(1)
        started = time.monotonic()
        self.terminal.send(CTRL_C)
        self.terminal.wait_for("cancelled")
        self.assertLess(time.monotonic() - started, 2)
        self.terminal.send("SELECT 'still ' || 'here';\n")
        self.terminal.wait_for("still here")
        self.leave()

    def test_long_query_shows_how_far_it_is_and_cleans_up(self):
        self.terminal.send(ENDLESS + "\n")
        self.terminal.wait_for(" %")
        self.terminal.send(CTRL_C)
        self.terminal.wait_for("\r\x1b[K")
        self.leave()


if __name__ == "__main__":
    unittest.main()
