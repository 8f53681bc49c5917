"""Whose credentials boto3 signs with, given the same files and environment."""
import contextlib
import os

import boto3
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config

# Reading the descriptions of the services takes longer than everything else.
_LOADER = botocore.session.Session().get_component("data_loader")
# One try, so that a fake sees each call once.
_CONFIG = Config(retries={"max_attempts": 0}, connect_timeout=2, read_timeout=2)


@contextlib.contextmanager
def _environment(values):
    saved = dict(os.environ)
    os.environ.clear()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(saved)


def _session(profile):
    session = botocore.session.Session(profile=profile)
    session.register_component("data_loader", _LOADER)
    return boto3.Session(botocore_session=session)


def list_bucket(environment, profile=None):
    """Lists a bucket; the error as "Kind: message", or None."""
    with _environment(environment):
        try:
            _session(profile).client("s3", config=_CONFIG).list_objects_v2(Bucket="b", Prefix="l")
        except Exception as error:  # whatever it is, it is an answer of the oracle
            return f"{type(error).__name__}: {error}"
    return None


def host(environment, service, operation, **arguments):
    """The host that an operation is sent to; None if boto3 knows that there is none."""
    seen = []

    def answer(request, **_):
        seen.append(request.url.split("/")[2])
        return AWSResponse(request.url, 403, {}, None)

    with _environment(environment):
        client = _session(None).client(service, config=_CONFIG)
        client.meta.events.register("before-send", answer)
        with contextlib.suppress(Exception):
            getattr(client, operation)(**arguments)
    return seen[0] if seen else None
