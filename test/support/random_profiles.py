"""Files of ~/.aws that nobody would think of: a few profiles of random settings."""
import json

NAMES = ("default", "a", "b", "c")
ROLE = "arn:aws:iam::111122223333:role/"
PRINTED = json.dumps({"Version": 1, "AccessKeyId": "ASIAPROC", "SecretAccessKey": "s",
                      "SessionToken": "t"})


def _settings(random, name, file):
    """Some settings of one profile. Half a pair of keys is what boto3 and flowlake do not agree
    on, so a secret never stands alone."""
    settings = {}

    def sometimes(probability, **more):
        if random.random() < probability:
            settings.update(more)

    if random.random() < 0.35:
        settings["aws_access_key_id"] = f"AKIA{name}{file}".upper()
        sometimes(0.85, aws_secret_access_key="s")
        sometimes(0.3, aws_session_token="t")
    sometimes(0.45, role_arn=ROLE + name.upper() + file)
    sometimes(0.4, source_profile=random.choice((*NAMES, "gone")))
    sometimes(0.2, credential_source=random.choice(
        ("Environment", "EcsContainer", "Ec2InstanceMetadata", "EcsContainers")))
    sometimes(0.12, web_identity_token_file="{TOKEN}")
    sometimes(0.15, credential_process=random.choice((f"echo '{PRINTED}'", "false")))
    sometimes(0.15, sso_session=random.choice(("corp", "gone")))
    sometimes(0.15, sso_account_id="1")
    sometimes(0.15, sso_role_name="r")
    sometimes(0.15, external_id="ex")
    sometimes(0.15, duration_seconds="900")
    sometimes(0.15, role_session_name="me")
    sometimes(0.3, region="us-east-1")
    return settings


def _text(random, header, settings):
    lines = [f"{name}{random.choice((' = ', '=', ': '))}{value}" for name, value in settings.items()]
    random.shuffle(lines)
    return "\n".join([header, *lines, ""]) + random.choice(("", "\n", "# c\n"))


def make(random):
    """The texts of config and credentials, and an environment."""
    config = ("[sso-session corp]\nsso_region = us-east-1\n"
              "sso_start_url = https://corp.awsapps.com/start\n")
    credentials = ""
    for name in NAMES:
        if random.random() < 0.75:
            header = "[default]" if name == "default" else f"[profile {name}]"
            config += _text(random, header, _settings(random, name, "1"))
        if random.random() < 0.3:
            credentials += _text(random, f"[{name}]", _settings(random, name, "2"))
    environment = {"AWS_EC2_METADATA_DISABLED": random.choice(("true", "false"))}
    if random.random() < 0.75:
        environment["AWS_PROFILE"] = random.choice(NAMES)
    if random.random() < 0.2:
        environment |= {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"}
    if random.random() < 0.15:
        environment["AWS_ROLE_ARN"] = ROLE + "ENV"
    if random.random() < 0.1:
        environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = "{TOKEN}"
    if random.random() < 0.4:
        environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "{LOCAL}/c"
    return config, credentials, environment
