"""Whose credentials flowlake signs with: for each case boto3 is asked with the same files and the
same environment, and both must sign as the same, ask STS for the same, or both refuse. Where
flowlake is meant to decide otherwise, the case says why."""
import dataclasses
import hashlib
import json
import os
import random
import shutil
import tempfile
import textwrap
import unittest

import own_network
import random_profiles
from aws_identities import Identities, later
from flowlake_program import run

WHY_NO_LINK_LOCAL = own_network.enter() if __name__ == "__main__" else "not started as a program"
HOME = tempfile.mkdtemp(prefix="flowlake-aws-")
os.environ["HOME"] = HOME  # boto3 remembers where ~/.aws/sso/cache is when it is imported

import boto3_oracle  # noqa: E402

ROLE = "arn:aws:iam::111122223333:role/"
BASE = "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n"
SESSION = ("[sso-session corp]\nsso_region = us-east-1\n"
           "sso_start_url = https://corp.awsapps.com/start\n")
PERSON = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Reader\n"
PRINTED = json.dumps({"Version": 1, "AccessKeyId": "ASIAPROC", "SecretAccessKey": "s",
                      "SessionToken": "t", "Expiration": "2099-01-01T00:00:00Z"})
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"}


def keys(name, **more):
    settings = {"aws_access_key_id": name, "aws_secret_access_key": "s", **more}
    return "".join(f"{setting} = {value}\n" for setting, value in settings.items())


@dataclasses.dataclass
class Case:
    """`environment` may have HOME, LOCAL, OTHER, S3, STS, TOKEN in braces. `says`: words of
    flowlake's error. `differs`: why flowlake does not do as boto3; then `signer` is right, or
    None: an error."""

    name: str
    config: str = ""
    credentials: str = ""
    environment: dict = dataclasses.field(default_factory=dict)
    says: tuple = ()
    differs: str = ""
    signer: str = None
    link_local: bool = False
    behaviour: dict = dataclasses.field(default_factory=dict)
    lifetime: int = 3600
    profile: str = ""  # of a [[location]], and boto3.Session(profile_name=…)
    token_ends: int = 3600  # of the person who signed in
    files: dict = dataclasses.field(default_factory=dict)


def role(name, settings):
    return f"[profile {name}]\nrole_arn = {ROLE}{name.upper()}\n{settings}\n"


CASES = [
    # The environment, and how it stands to profiles.
    Case("keys of the environment", environment=KEYS),
    Case("keys of the environment with a token", environment={**KEYS, "AWS_SESSION_TOKEN": "t"}),
    Case("the older name of the token", environment={**KEYS, "AWS_SECURITY_TOKEN": "t"}),
    Case("keys of the environment before $AWS_PROFILE", BASE,
         environment={**KEYS, "AWS_PROFILE": "base"}),
    Case("keys of the environment before the default profile", "[default]\n" + keys("AKIADEFAULT"),
         environment=KEYS),
    Case("keys of the environment do not excuse a missing profile",
         environment={**KEYS, "AWS_PROFILE": "typo"}, says=("'typo'", "AWS_PROFILE")),
    Case("an access key without its secret",
         "[default]\n" + keys("AKIADEFAULT"), environment={"AWS_ACCESS_KEY_ID": "AKIAENV"},
         says=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")),
    Case("a secret without its access key is nothing", "[default]\n" + keys("AKIADEFAULT"),
         environment={"AWS_SECRET_ACCESS_KEY": "s"}),
    Case("an empty access key is none", "[default]\n" + keys("AKIADEFAULT"),
         environment={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}),
    Case("keys of the environment that have ended",
         environment={**KEYS, "AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z"}, says=("ended",)),
    Case("keys of the environment that last",
         environment={**KEYS, "AWS_CREDENTIAL_EXPIRATION": "2099-01-01T00:00:00Z"}),

    # Files, and what is in them.
    Case("$AWS_PROFILE", BASE, environment={"AWS_PROFILE": "base"}),
    Case("$AWS_DEFAULT_PROFILE", BASE, environment={"AWS_DEFAULT_PROFILE": "base"}),
    Case("both names of the profile, and they differ", BASE + "[profile x]\n" + keys("AKIAX"),
         environment={"AWS_DEFAULT_PROFILE": "base", "AWS_PROFILE": "x"}, says=("unset one",),
         differs="AWS's own tools do not agree which of the two counts"),
    Case("a profile that is not there", BASE, environment={"AWS_PROFILE": "typo"},
         says=("'typo'",), link_local=True),
    Case("a profile that is not there, without any file", environment={"AWS_PROFILE": "typo"},
         says=("'typo'",), link_local=True),
    Case("a default profile that is asked for by name and is not there", BASE,
         environment={"AWS_PROFILE": "default"}, says=("'default'",), link_local=True),
    Case("no profile at all is the instance", link_local=True),
    Case("a profile without credentials is the instance",
         "[profile region]\nregion = eu-west-1\n", environment={"AWS_PROFILE": "region"},
         link_local=True),
    Case("[x] of the config file is no profile", "[x]\n" + keys("AKIAX"),
         environment={"AWS_PROFILE": "x"}, says=("[profile x]",)),
    Case("[profile x] of the credentials file is no profile",
         credentials="[profile x]\n" + keys("AKIAX"), environment={"AWS_PROFILE": "x"},
         says=("'x'",)),
    Case("keys of the credentials file before those of the config file", BASE,
         "[base]\n" + keys("AKIACREDENTIALS"), environment={"AWS_PROFILE": "base"}),
    Case("a key in one file and its secret in the other", "[profile x]\naws_access_key_id = AKIAX\n",
         "[x]\naws_secret_access_key = s\n", environment={"AWS_PROFILE": "x"},
         says=("'x'", "aws_secret_access_key")),
    Case("a profile's access key without its secret", credentials="[x]\naws_access_key_id = AKIAX\n",
         environment={"AWS_PROFILE": "x"}, says=("'x'", "aws_secret_access_key"), link_local=True),
    Case("a profile's secret without its access key", credentials="[x]\naws_secret_access_key = s\n",
         environment={"AWS_PROFILE": "x"}, says=("'x'", "aws_access_key_id"), link_local=True,
         differs="half a key is a mistake, and no reason to sign as the instance"),
    Case("a profile that is there twice", BASE + BASE, environment={"AWS_PROFILE": "base"},
         says=("twice", "line 4")),
    Case("a setting that is there twice", BASE + "aws_access_key_id = AKIAOTHER\n",
         environment={"AWS_PROFILE": "base"}, says=("twice",)),
    Case("a line that is no setting", BASE + "nonsense\n", environment={"AWS_PROFILE": "base"},
         says=("line 4",)),
    Case("a malformed file that nothing is needed of", "[profile\n", environment=KEYS,
         says=("line 1",)),
    Case("a setting before any section", "region = x\n", environment=KEYS, says=("line 1",)),
    Case("blanks, CRLF, comments and the case of names",
         "# c\r\n[ profile  base ]\r\n; c\r\n  AWS_Access_Key_Id=  AKIABASE \r\n"
         "  aws_secret_access_key : s\r\n\r\n".replace("[ profile  base ]", "[profile  base]"),
         environment={"AWS_PROFILE": "base"}),
    Case("a quoted name of a profile", '[profile "a b"]\n' + keys("AKIAQUOTED"),
         environment={"AWS_PROFILE": "a b"}),
    Case("settings of [DEFAULT] are every profile's", "[DEFAULT]\n" + keys("AKIADEFAULTS")
         + "[profile x]\nregion = us-east-1\n", environment={"AWS_PROFILE": "x"}),
    Case("nested settings", BASE + "s3 =\n  max_queue_size = 10\n  aws_access_key_id = AKIANESTED\n"
         "region = us-east-1\n", environment={"AWS_PROFILE": "base"}),
    Case("a comment behind a key", "[profile x]\naws_access_key_id = AKIAX # mine\n"
         "aws_secret_access_key = s\n", environment={"AWS_PROFILE": "x"}, says=("'x'", "comment"),
         differs="boto3 signs with 'AKIAX # mine', which no service knows"),
    Case("a comment behind a role", BASE + role("r", "source_profile = base # mine"),
         environment={"AWS_PROFILE": "r"}, says=("'r'", "comment")),
    Case("files that are not there", environment={
        "AWS_CONFIG_FILE": "{HOME}/none", "AWS_SHARED_CREDENTIALS_FILE": "{HOME}/none"},
        link_local=True),
    Case("files elsewhere", environment={"AWS_CONFIG_FILE": "{HOME}/elsewhere",
                                         "AWS_PROFILE": "base"}, files={"elsewhere": BASE}),
    Case("a file at ~", environment={"AWS_SHARED_CREDENTIALS_FILE": "~/elsewhere"},
         files={"elsewhere": "[default]\n" + keys("AKIATILDE")}),
    Case("a profile's session token", credentials="[default]\n" + keys("A", aws_session_token="t")),
    Case("a [[location]]'s profile before the environment", BASE, environment=KEYS, profile="base"),
    Case("a [[location]]'s profile that is not there", BASE, environment=KEYS, profile="typo",
         says=("'typo'",)),

    # Roles.
    Case("a role", BASE + role("r", "source_profile = base"), environment={"AWS_PROFILE": "r"}),
    Case("a role with all its settings", BASE + role(
        "r", "source_profile = base\nrole_session_name = me@laptop\nduration_seconds = 900\n"
        "external_id = their:id"), environment={"AWS_PROFILE": "r"}),
    Case("a chain of three roles", BASE + role("r", "source_profile = base")
         + role("q", "source_profile = r\nexternal_id = ex") + role("p", "source_profile = q"),
         environment={"AWS_PROFILE": "p"}),
    Case("a role whose source has its keys in the credentials file",
         role("r", "source_profile = base"), "[base]\n" + keys("AKIACREDENTIALS"),
         environment={"AWS_PROFILE": "r"}),
    Case("a role that is its own source, with keys",
         role("self", "source_profile = self\n" + keys("AKIASELF")),
         environment={"AWS_PROFILE": "self"}),
    Case("a role that is its own source, without keys", role("self", "source_profile = self"),
         environment={"AWS_PROFILE": "self"}, says=("'self'",), link_local=True),
    Case("roles in a circle", role("a", "source_profile = b") + role("b", "source_profile = a"),
         environment={"AWS_PROFILE": "a"}, says=("'a'", "come back"), link_local=True),
    Case("roles in a circle of three", role("a", "source_profile = b")
         + role("b", "source_profile = c") + role("c", "source_profile = a"),
         environment={"AWS_PROFILE": "a"}, says=("come back",), link_local=True),
    Case("a role whose source is not there", role("r", "source_profile = gone"),
         environment={"AWS_PROFILE": "r"}, says=("'r'", "'gone'"), link_local=True),
    Case("a role whose source has nothing",
         role("r", "source_profile = region") + "[profile region]\nregion = us-east-1\n",
         environment={"AWS_PROFILE": "r"}, says=("'region'",), link_local=True),
    Case("a role without a source", role("r", ""), environment={"AWS_PROFILE": "r"},
         says=("'r'", "source_profile", "credential_source"), link_local=True),
    Case("a role with two sources", BASE + role(
        "r", "source_profile = base\ncredential_source = Environment"),
        environment={"AWS_PROFILE": "r"}, says=("'r'", "both"), link_local=True),
    Case("a role of the default profile", BASE + "[default]\nrole_arn = " + ROLE
         + "D\nsource_profile = base\n"),
    Case("a role of the environment", role("r", "credential_source = Environment"),
         environment={"AWS_PROFILE": "r", **KEYS},
         differs="boto3 takes the keys as they are; so does flowlake: the keys come first",
         signer="AKIAENV"),
    Case("a [[location]]'s role of the environment", role("r", "credential_source = Environment"),
         environment=KEYS, profile="r"),
    Case("a role of an environment that has no keys", role("r", "credential_source = Environment"),
         environment={"AWS_PROFILE": "r"}, says=("'r'", "Environment"), link_local=True),
    Case("a role of the instance", role("r", "credential_source = Ec2InstanceMetadata"),
         environment={"AWS_PROFILE": "r"}, link_local=True),
    Case("a role of an instance that is not to be asked",
         role("r", "credential_source = Ec2InstanceMetadata"),
         environment={"AWS_PROFILE": "r", "AWS_EC2_METADATA_DISABLED": "true"},
         says=("'r'", "Ec2InstanceMetadata")),
    Case("a role of the container", role("r", "credential_source = EcsContainer"),
         environment={"AWS_PROFILE": "r", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"},
         link_local=True),
    Case("a role of a container at loopback", role("r", "credential_source = EcsContainer"),
         environment={"AWS_PROFILE": "r", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c"}),
    Case("a role of no container", role("r", "credential_source = EcsContainer"),
         environment={"AWS_PROFILE": "r"}, says=("'r'", "EcsContainer"), link_local=True),
    Case("a role of an unknown source", role("r", "credential_source = Moon"),
         environment={"AWS_PROFILE": "r"}, says=("'r'", "'Moon'"), link_local=True),
    Case("a role of a source in the wrong case", role("r", "credential_source = environment"),
         environment={"AWS_PROFILE": "r"}, says=("'environment'",), link_local=True),
    Case("a role that asks for a code", BASE + role(
        "r", "source_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me"),
        environment={"AWS_PROFILE": "r"}, says=("'r'", "mfa_serial"), link_local=True,
        differs="boto3 asks on the terminal; flowlake asks nobody"),
    Case("a role for no number of seconds", BASE + role(
        "r", "source_profile = base\nduration_seconds = long"), environment={"AWS_PROFILE": "r"},
        says=("'r'", "duration_seconds"), differs="boto3 ignores what it cannot read"),
    Case("a role of a process", role("r", "source_profile = p")
         + f"[profile p]\ncredential_process = echo '{PRINTED}'\n", environment={"AWS_PROFILE": "r"}),
    Case("a role of a person", role("r", "source_profile = p") + "[profile p]\n" + PERSON + SESSION,
         environment={"AWS_PROFILE": "r"}),
    Case("a role of a web identity", role("r", "source_profile = w")
         + role("w", "web_identity_token_file = {TOKEN}"), environment={"AWS_PROFILE": "r"}),
    Case("a source with keys and a role is its keys",
         role("r", "source_profile = s") + role("s", "source_profile = r\n" + keys("AKIAS")),
         environment={"AWS_PROFILE": "r"}),
    Case("a role that STS refuses", BASE + role("r", "source_profile = base"),
         environment={"AWS_PROFILE": "r"}, link_local=True,
         behaviour={"STS": [(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: "
                                  "me is not authorized\x1b[2J</Message></Error></ErrorResponse>")]},
         says=("'r'", "AccessDenied: User: me is not authorized\\x1b[2J", ROLE + "R")),

    # Web identities.
    Case("a web identity of the environment", environment={
        "AWS_WEB_IDENTITY_TOKEN_FILE": "{TOKEN}", "AWS_ROLE_ARN": ROLE + "WEB"}),
    Case("a web identity with a name for its session", environment={
        "AWS_WEB_IDENTITY_TOKEN_FILE": "{TOKEN}", "AWS_ROLE_ARN": ROLE + "WEB",
        "AWS_ROLE_SESSION_NAME": "pod-1"}),
    Case("a web identity without a role", environment={"AWS_WEB_IDENTITY_TOKEN_FILE": "{TOKEN}"},
         says=("AWS_ROLE_ARN",), link_local=True),
    Case("a web identity whose token is not there", environment={
        "AWS_WEB_IDENTITY_TOKEN_FILE": "{HOME}/none", "AWS_ROLE_ARN": ROLE + "WEB"},
        says=("token", "/none"), link_local=True),
    Case("a web identity of a profile", role("w", "web_identity_token_file = {TOKEN}\n"
                                             "role_session_name = mine"),
         environment={"AWS_PROFILE": "w"}, link_local=True),
    Case("a profile's role before the environment's web identity",
         BASE + role("r", "source_profile = base"), environment={
             "AWS_PROFILE": "r", "AWS_WEB_IDENTITY_TOKEN_FILE": "{TOKEN}",
             "AWS_ROLE_ARN": ROLE + "WEB"}),
    Case("the environment's web identity before a profile's keys", BASE, environment={
        "AWS_PROFILE": "base", "AWS_WEB_IDENTITY_TOKEN_FILE": "{TOKEN}",
        "AWS_ROLE_ARN": ROLE + "WEB"}),
    Case("the environment's role before the one of a profile's web identity",
         role("w", "web_identity_token_file = {TOKEN}"),
         environment={"AWS_PROFILE": "w", "AWS_ROLE_ARN": ROLE + "OTHER"}),
    Case("a [[location]]'s web identity is not the environment's",
         role("w", "web_identity_token_file = {TOKEN}"),
         environment={"AWS_ROLE_ARN": ROLE + "OTHER"}, profile="w"),

    # People and processes.
    Case("a person", "[profile p]\n" + PERSON + SESSION, environment={"AWS_PROFILE": "p"}),
    Case("a person in the older form", "[profile p]\nsso_account_id = 1\nsso_role_name = r\n"
         "sso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n",
         environment={"AWS_PROFILE": "p"}),
    Case("a person before keys", "[profile p]\n" + PERSON + keys("AKIAP") + SESSION,
         environment={"AWS_PROFILE": "p"}),
    Case("a person whose session has ended", "[profile p]\n" + PERSON + SESSION,
         environment={"AWS_PROFILE": "p"}, token_ends=-60, link_local=True,
         says=("'p'", "aws sso login --profile p")),
    Case("a person whom the portal does not know", "[profile p]\n" + PERSON + SESSION,
         environment={"AWS_PROFILE": "p"}, behaviour={"SSO": [401]}, link_local=True,
         says=("aws sso login",)),
    Case("a person without a role", "[profile p]\nsso_session = corp\nsso_account_id = 1\n"
         + SESSION, environment={"AWS_PROFILE": "p"}, says=("'p'", "sso_role_name"),
         link_local=True),
    Case("a person without an account", "[profile p]\nsso_session = corp\nsso_role_name = r\n"
         + SESSION, environment={"AWS_PROFILE": "p"}, says=("'p'", "sso_account_id"),
         link_local=True),
    Case("a person of a session that is not there", "[profile p]\n" + PERSON,
         environment={"AWS_PROFILE": "p"}, says=("'p'", "sso-session corp"), link_local=True),
    Case("a session that is not there is not passed over",
         "[profile p]\nsso_session = gone\n" + keys("AKIAP"), environment={"AWS_PROFILE": "p"},
         says=("'p'", "sso-session gone")),
    Case("a session without a region", "[profile p]\n" + PERSON
         + "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\n",
         environment={"AWS_PROFILE": "p"}, says=("'p'", "sso_region"), link_local=True),
    Case("a person of a session that says otherwise",
         "[profile p]\nsso_region = eu-west-1\n" + PERSON + SESSION,
         environment={"AWS_PROFILE": "p"}, says=("'p'", "sso_region"), link_local=True),
    Case("a session of `aws login`", "[profile p]\nlogin_session = arn:aws:iam::1:user/me\n",
         environment={"AWS_PROFILE": "p"}, says=("'p'", "login_session"), link_local=True),
    Case("a process", f"[profile p]\ncredential_process = echo '{PRINTED}'\n",
         environment={"AWS_PROFILE": "p"}),
    Case("keys of the credentials file before a process",
         f"[profile p]\ncredential_process = echo '{PRINTED}'\n", "[p]\n" + keys("AKIAP"),
         environment={"AWS_PROFILE": "p"}),
    Case("a process before keys of the config file",
         f"[profile p]\n{keys('AKIAP')}credential_process = echo '{PRINTED}'\n",
         environment={"AWS_PROFILE": "p"}),
    Case("a process that fails", "[profile p]\ncredential_process = false\n",
         environment={"AWS_PROFILE": "p"}, says=("'p'", "ended with 1"), link_local=True),
    Case("a process that is not there", "[profile p]\ncredential_process = /none/such\n",
         environment={"AWS_PROFILE": "p"}, says=("'p'", "cannot be run"), link_local=True),
    Case("a process that prints no credentials", "[profile p]\ncredential_process = echo secret\n",
         environment={"AWS_PROFILE": "p"}, says=("'p'", "no credentials"), link_local=True),
    Case("a process of another version", "[profile p]\ncredential_process = echo '"
         + PRINTED.replace('"Version": 1', '"Version": 2') + "'\n",
         environment={"AWS_PROFILE": "p"}, says=("'p'", "Version 1"), link_local=True),
    Case("a process without a secret", "[profile p]\ncredential_process = echo '"
         + PRINTED.replace("SecretAccessKey", "x") + "'\n",
         environment={"AWS_PROFILE": "p"}, says=("'p'", "secret key"), link_local=True),
    Case("a process whose credentials have ended", "[profile p]\ncredential_process = echo '"
         + PRINTED.replace("2099", "2019") + "'\n", environment={"AWS_PROFILE": "p"},
         says=("ended",), link_local=True),
    Case("a process is not run by a shell", "[profile p]\ncredential_process = echo '" + PRINTED
         + "' > {HOME}/made; touch {HOME}/made\n", environment={"AWS_PROFILE": "p"},
         says=("'p'",), link_local=True),
    Case("a process and an unfinished quote", "[profile p]\ncredential_process = echo 'x\n",
         environment={"AWS_PROFILE": "p"}, says=("'p'", "quote"), link_local=True),

    # Containers and instances.
    Case("a task of ECS", environment={"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"},
         link_local=True),
    Case("a pod of EKS", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{TOKEN}"}, link_local=True),
    Case("a container at loopback", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic abc"}),
    Case("a container's token in a file before the one in the environment", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "old",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{TOKEN}"}),
    Case("a container's token with a line break at its end", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{HOME}/token-line"},
        files={"token-line": "token\n"}, signer="ASIALOCAL",
        differs="editors end a file with a line break, which is no part of the token"),
    Case("a container's token that would be two headers", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "x\r\nX-Injected: y"}, says=("Authorization",),
        link_local=True),
    Case("a container's token file that would be two headers", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{HOME}/token-lines"},
        files={"token-lines": "x\nX-Injected: y"}, says=("more than one line",), link_local=True),
    Case("a container's token file that is not there", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{HOME}/none"}, says=("/none",),
        link_local=True),
    Case("both URIs of a container", environment={
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c"}, link_local=True),
    Case("a container elsewhere over http", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.1/c",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "x"}, says=("192.0.2.1", "https"), link_local=True),
    Case("a container whose host only looks like loopback", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1@192.0.2.1/c"},
        says=("may not be asked",), link_local=True),
    Case("a container whose credentials have ended", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c"}, lifetime=-60, says=("ended",),
        link_local=True),
    Case("a container that fails", environment={"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c"},
         behaviour={"LOCAL": [(403, '{"code": "Denied", "message": "not you"}')]},
         says=("Denied: not you",), link_local=True),
    Case("a container that answers nonsense", environment={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{LOCAL}/c"},
        behaviour={"LOCAL": [(200, '{"AccessKeyId": "ASIAX"}')]}, says=("secret key",),
        link_local=True),
    Case("the instance's credentials that have ended are used", lifetime=-60, link_local=True),
    Case("an instance that is not to be asked", environment={"AWS_EC2_METADATA_DISABLED": "true"},
         says=("no AWS credentials",), link_local=True),
    Case("an instance without a role", link_local=True, says=("no AWS credentials",),
         behaviour={"IMDS": [(200, "IMDS-TOKEN"), 404]}),
    Case("a metadata service elsewhere", environment={
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{OTHER}"}, says=("no AWS credentials",),
        behaviour={"OTHER": [404]}, link_local=True),

    # Where requests go.
    Case("an endpoint of the profile", BASE + "endpoint_url = {S3}\n",
         environment={"AWS_PROFILE": "base", "AWS_ENDPOINT_URL_S3": ""}),
    Case("an endpoint of the profile's services",
         BASE + "services = mine\n[services mine]\ns3 =\n  endpoint_url = {S3}\n",
         environment={"AWS_PROFILE": "base", "AWS_ENDPOINT_URL_S3": ""}),
    Case("services that are not there", BASE + "services = gone\n", environment={
        "AWS_PROFILE": "base", "AWS_ENDPOINT_URL_S3": ""}, says=("'base'", "services gone")),
    Case("STS at the endpoint of the services", BASE + role(
        "r", "source_profile = base\nservices = mine") + "[services mine]\nsts =\n"
        "  endpoint_url = {STS}\n", environment={"AWS_PROFILE": "r", "AWS_ENDPOINT_URL_STS": ""}),
    Case("one endpoint for all", BASE + role("r", "source_profile = base"), environment={
        "AWS_PROFILE": "r", "AWS_ENDPOINT_URL_STS": "", "AWS_ENDPOINT_URL": "{STS}"}),
    Case("an endpoint of one's own comes before a FIPS host", environment={
        **KEYS, "AWS_USE_FIPS_ENDPOINT": "true"}),
    Case("endpoints to be ignored", BASE + "endpoint_url = {S3}\n", environment={
        "AWS_PROFILE": "base", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
        says=("resolve host",)),
    Case("endpoints that the profile says to ignore",
         BASE + "ignore_configured_endpoint_urls = true\n", environment={"AWS_PROFILE": "base"},
         says=("resolve host",)),
]


class Credentials(unittest.TestCase):
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        cls.identities = Identities(with_link_local=not WHY_NO_LINK_LOCAL)
        cls.addClassCleanup(shutil.rmtree, HOME, ignore_errors=True)
        cls.addClassCleanup(cls.identities.close)

    def setUp(self):
        for entry in os.scandir(HOME):
            shutil.rmtree(entry) if entry.is_dir() else os.unlink(entry)

    def fill(self, text):
        for service in ("S3", "STS", "LOCAL", "OTHER"):
            text = text.replace("{" + service + "}", self.identities.url(service))
        return text.replace("{HOME}", HOME).replace("{TOKEN}", HOME + "/token")

    def write(self, name, text):
        path = os.path.join(HOME, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", newline="") as file:
            file.write(self.fill(text))

    def prepare(self, case):
        for name, text in {".aws/config": case.config, ".aws/credentials": case.credentials,
                           "token": "web-token", **case.files}.items():
            if text:
                self.write(name, text)
        token = json.dumps({"startUrl": "https://corp.awsapps.com/start", "region": "us-east-1",
                            "accessToken": "BEARER", "expiresAt": later(case.token_ends)})
        for key in ("corp", "https://corp.awsapps.com/start"):
            self.write(f".aws/sso/cache/{hashlib.sha1(key.encode()).hexdigest()}.json", token)
        environment = {"HOME": HOME, "PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1",
                       "AWS_ENDPOINT_URL_S3": "{S3}", "AWS_ENDPOINT_URL_STS": "{STS}",
                       "AWS_ENDPOINT_URL_SSO": self.identities.url("SSO"), **case.environment}
        return {name: self.fill(value) for name, value in environment.items()}

    def begin(self, case):
        self.identities.forget()
        self.identities.lifetime = case.lifetime
        for service, answers in case.behaviour.items():
            self.identities.behave(service, *answers)

    def seen(self):
        """Who signed the request to S3, with a token or not, and what STS was asked."""
        requests = self.identities.to("S3")
        asked = []
        for call in self.identities.to("STS"):
            form = {name: value for name, value in call.form.items() if name != "Version"}
            if form.get("RoleSessionName", "").startswith(("botocore-session-", "flowlake")):
                form["RoleSessionName"] = "a default"
            asked.append((call.signer, form))
        tokens = [call.headers.get("authorization") for service in ("ECS", "EKS", "LOCAL", "OTHER")
                  for call in self.identities.to(service)]
        if not requests:
            return None, [], []
        return (requests[0].signer, "x-amz-security-token" in requests[0].headers), asked, tokens

    def flowlake(self, environment, profile="", timeout=60):
        if profile:
            self.write("location.toml", f'[[location]]\nmatch = "s3://*"\nprofile = "{profile}"\n')
            environment = {**environment, "FLOWLAKE_CONFIG": HOME + "/location.toml"}
        clean = ["env", "-i", *(f"{name}={value}" for name, value in environment.items())]
        return run("info", "--lake", "s3://b/l", prefix=clean, timeout=timeout)

    def judge(self, case):
        environment = self.prepare(case)
        self.begin(case)
        refusal = boto3_oracle.list_bucket(environment, case.profile or None)
        theirs = self.seen()
        self.begin(case)
        outcome = self.flowlake(environment, case.profile)
        ours = self.seen()
        if case.differs:
            signer = ours[0] and ours[0][0]
            self.assertEqual(signer, case.signer, f"{outcome}\nboto3: {theirs} {refusal}")
        else:
            self.assertEqual(ours, theirs, f"{outcome}\nboto3: {refusal}")
        self.assertEqual(bool(case.says), ours[0] is None,
                         f"{outcome}\nboto3: {theirs} {refusal}")
        if case.says:
            self.assertIn(outcome.code, (1, 2), str(outcome))
        for word in case.says:
            self.assertIn(self.fill(word), outcome.err, str(outcome))
        for secret in ("role-secret", "role-token", "BEARER", "web-token", "secret\n"):
            self.assertNotIn(secret, outcome.err)
        self.assertFalse(os.path.exists(HOME + "/made"))


    @unittest.skipIf(WHY_NO_LINK_LOCAL, WHY_NO_LINK_LOCAL)
    def test_of_profiles_at_random(self):
        first = int(os.environ.get("FLOWLAKE_RANDOM_PROFILES_FROM", "0"))
        for seed in range(first, first + int(os.environ.get("FLOWLAKE_RANDOM_PROFILES", "60"))):
            with self.subTest(seed=seed):
                self.setUp()
                self.compare(Case("", *random_profiles.make(random.Random(seed))))

    def compare(self, case):
        """What a case without a verdict of its own comes to, twice."""
        environment = self.prepare(case)
        self.begin(case)
        refusal = boto3_oracle.list_bucket(environment)
        theirs = self.seen()
        self.begin(case)
        outcome = self.flowlake(environment)
        self.assertEqual(self.seen(), theirs, f"{outcome}\nboto3: {refusal}\n{case}")


def add_cases():
    for case in CASES:
        def test(self, case=case):
            if case.link_local and WHY_NO_LINK_LOCAL:
                self.skipTest(WHY_NO_LINK_LOCAL)
            self.judge(case)

        name = "test_of_" + "".join(c if c.isalnum() else "_" for c in case.name)
        assert not hasattr(Credentials, name), name
        setattr(Credentials, name, test)


add_cases()

if __name__ == "__main__":
    unittest.main(verbosity=2)
