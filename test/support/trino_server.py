"""A real Trino 476 on loopback for the tests: one node, with a Delta Lake catalogue on a
file metastore and a Hive catalogue on Glue (glue_server), reading from the S3 server of s3_server.
Fetched once as the pinned Maven artifact,
unpacked into the cache folder.

    with trino_server.running(server, glue) as address:      # "127.0.0.1:18080"
        …                # raises unittest.SkipTest, with the reason, where it cannot be had
"""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request

import s3_server

VERSION = "476"
ARTIFACT = f"io.trino:trino-server:{VERSION}:tar.gz"
SHA1 = "c9b38be4017ebd2f7095455aaac772fb40247ebe"
OLDEST_JAVA = 24
PLUGINS = ("delta-lake", "hive")
START_SECONDS = 180


@contextlib.contextmanager
def running(server, glue):
    java = _java()
    home = _unpacked()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="flowlake-trino-"))
    port = _free_port()
    _write_settings(folder, port, server, glue)
    with open(folder / "trino.log", "wb") as log:
        process = subprocess.Popen(
            [home / "bin/launcher", "run", "--etc-dir", folder / "etc", "--data-dir",
             folder / "data"], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True, env={**os.environ, "JAVA_HOME": str(java),
                                         "PATH": f"{java}/bin:{os.environ['PATH']}"})
    try:
        _wait(process, port, folder)
        yield f"127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _java():
    """The home of a Java that Trino runs on."""
    homes = [os.environ.get("JAVA_HOME", "")] + sorted(map(str, pathlib.Path(
        "/usr/lib/jvm").glob("*")))
    for home in homes:
        program = pathlib.Path(home) / "bin/java"
        if home and program.exists():
            words = subprocess.run([program, "-version"], capture_output=True, text=True).stderr
            major = words.split('"')[1].split(".")[0] if '"' in words else "0"
            if major.isdigit() and int(major) >= OLDEST_JAVA:
                return pathlib.Path(home)
    raise unittest.SkipTest(f"Trino {VERSION} needs Java {OLDEST_JAVA} or newer: there is none in "
                            "$JAVA_HOME or /usr/lib/jvm")


def _unpacked():
    cache = pathlib.Path(os.environ.get("FLOWLAKE_CACHE") or pathlib.Path.home() / ".cache/flowlake")
    home = cache / f"trino-{VERSION}"
    if home.is_dir():
        return home
    if shutil.which("mvn") is None:
        raise unittest.SkipTest("Trino is fetched with Maven, which is not installed")
    fetched = cache / "maven"
    done = subprocess.run(["mvn", "-q", "-B", f"-Dmaven.repo.local={fetched}", "dependency:get",
                           f"-Dartifact={ARTIFACT}", "-Dtransitive=false"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise unittest.SkipTest(f"Trino cannot be fetched with Maven: {done.stdout[-500:]}")
    archive = fetched / f"io/trino/trino-server/{VERSION}/trino-server-{VERSION}.tar.gz"
    _check(archive)
    part = pathlib.Path(tempfile.mkdtemp(dir=cache, prefix="trino-"))
    # All of it: jars are hard links between plugins. Then what is not needed goes.
    subprocess.run(["tar", "-xzf", archive, "-C", part, "--strip-components=1"], check=True)
    for plugin in (part / "plugin").iterdir():
        if plugin.name not in PLUGINS:
            shutil.rmtree(plugin)
    part.rename(home)
    archive.unlink()
    return home


def _check(archive):
    words = subprocess.run(["sha1sum", archive], check=True, capture_output=True, text=True).stdout
    if words.split()[0] != SHA1:
        raise RuntimeError(f"{archive} has not the checksum that is pinned")


def _write_settings(folder, port, server, glue):
    etc = folder / "etc"
    (etc / "catalog").mkdir(parents=True)
    (folder / "data").mkdir()
    (etc / "node.properties").write_text(
        "node.environment=test\nnode.id=flowlake\n"
        f"node.data-dir={folder}/data\nnode.internal-address=127.0.0.1\n"
        "node.bind-ip=127.0.0.1\n")
    (etc / "jvm.config").write_text(
        "-server\n-Xmx1500M\n-XX:+UseSerialGC\n-XX:+ExitOnOutOfMemoryError\n"
        "-XX:ReservedCodeCacheSize=256M\n-XX:TieredStopAtLevel=1\n-Xshare:auto\n"
        "-Djdk.attach.allowAttachSelf=true\n-Djdk.nio.maxCachedBufferSize=2000000\n"
        "-Dfile.encoding=UTF-8\n--add-modules=jdk.incubator.vector\n"
        "--sun-misc-unsafe-memory-access=allow\n-Dio.netty.tryReflectionSetAccessible=true\n")
    (etc / "config.properties").write_text(
        "coordinator=true\nnode-scheduler.include-coordinator=true\n"
        f"http-server.http.port={port}\ndiscovery.uri=http://127.0.0.1:{port}\n"
        "catalog.management=static\nquery.max-memory=500MB\nquery.max-memory-per-node=500MB\n"
        "memory.heap-headroom-per-node=300MB\n")
    (etc / "log.properties").write_text("io.trino=WARN\n")
    reads_s3 = (f"fs.native-s3.enabled=true\ns3.endpoint={server.endpoint}\n"
                f"s3.region={s3_server.REGION}\ns3.path-style-access=true\n"
                f"s3.aws-access-key={s3_server.KEY}\ns3.aws-secret-key={s3_server.SECRET}\n"
                "parquet.small-file-threshold=0B\n")
    (folder / "root/metastore").mkdir(parents=True)
    (etc / "catalog/delta.properties").write_text(
        "connector.name=delta_lake\nhive.metastore=file\n"
        "hive.metastore.catalog.dir=local:///metastore\n"
        f"fs.native-local.enabled=true\nlocal.location={folder}/root\n"
        "hive.metastore.disable-location-checks=true\n"
        f"delta.register-table-procedure.enabled=true\n{reads_s3}")
    (etc / "catalog/hive.properties").write_text(
        f"connector.name=hive\nhive.metastore=glue\nhive.metastore.glue.endpoint-url={glue.endpoint}\n"
        f"hive.metastore.glue.region={s3_server.REGION}\n"
        f"hive.metastore.glue.aws-access-key={s3_server.KEY}\n"
        f"hive.metastore.glue.aws-secret-key={s3_server.SECRET}\n"
        f"hive.timestamp-precision=MICROSECONDS\n{reads_s3}")


def _wait(process, port, folder):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError, ValueError):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/info", timeout=5) as answer:
                if json.load(answer)["starting"] is False and _answers(port):
                    return
        time.sleep(0.5)
    end = (folder / "trino.log").read_text(errors="replace")[-2000:]
    raise RuntimeError(f"Trino did not start:\n{end}")


def _answers(port):
    """Nodes are usable some time after "starting" is false."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/statement", b"SELECT 1",
                                     {"X-Trino-User": "test"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        page = json.load(answer)
    while "nextUri" in page:
        with urllib.request.urlopen(page["nextUri"], timeout=20) as answer:
            page = json.load(answer)
        if "error" in page:
            return False
    return True


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
