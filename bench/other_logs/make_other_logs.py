"""make_other_logs.py <output> <alb|cloudfront|cloudtrail> <records>: lines of a load balancer, of
CloudFront, or one file of CloudTrail, over one day. What repeats in real logs repeats (agents,
targets, roles, most paths), what does not (trace and request ids, times, ports) does not."""
import json
import random
import sys

DAY = "2026-10-02"
HEADER = """#Version: 1.0
#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status \
cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id \
x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher \
x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port \
time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start \
sc-range-end
"""
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

draw = random.Random(7)


def of(count, make):
    return [make() for _ in range(count)]


def hexes(digits):
    return f"{draw.getrandbits(4 * digits):0{digits}x}"


def letters(count):
    return "".join(draw.choices(ALPHABET, k=count))


def path():
    return "/" + "/".join(letters(draw.randint(3, 12)) for _ in range(draw.randint(1, 4)))


CLIENTS = of(20_000, lambda: ".".join(str(draw.randint(1, 254)) for _ in range(4)))
AGENTS = of(300, lambda: f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/{draw.randint(500, 999)}.36 "
                         f"(KHTML, like Gecko) Chrome/{draw.randint(80, 150)}.0.0.0 Safari/537.36")
PATHS = of(5_000, path)
TARGETS = of(40, lambda: f"10.4.{draw.randint(0, 9)}.{draw.randint(1, 254)}:8080")
ROLES = of(200, lambda: letters(12))
EVENTS = of(150, lambda: (f"{letters(3).lower()}.amazonaws.com", "Describe" + letters(10)))


def clock(number, records):
    second = number * 86_400 // records
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def alb(number, records):
    client, target = draw.choice(CLIENTS), draw.choice(TARGETS)
    now, fraction = clock(number, records), draw.randint(0, 999_999)
    status = draw.choices((200, 304, 404, 502), (90, 5, 4, 1))[0]
    return (f"h2 {DAY}T{now}.{fraction:06}Z app/edge-prod/0a1b2c3d4e5f6071 "
            f"{client}:{draw.randint(1024, 65535)} {target} 0.00{draw.randint(0, 9)} "
            f"0.{draw.randint(0, 999):03} 0.000 {status} {status} {draw.randint(40, 2000)} "
            f"{draw.randint(200, 90_000)} \"GET https://api.example.net:443{draw.choice(PATHS)}"
            f"?id={draw.randint(0, 10 ** 6)} HTTP/2.0\" \"{draw.choice(AGENTS)}\" "
            "TLS_AES_128_GCM_SHA256 TLSv1.3 arn:aws:elasticloadbalancing:eu-west-1:111122223333:"
            f"targetgroup/items/00112233aabbccdd \"Root=1-{hexes(8)}-{hexes(24)}\" "
            f"\"api.example.net\" \"session-reused\" 20 {DAY}T{now}.{fraction // 2:06}Z "
            f"\"waf,forward\" \"-\" \"-\" \"{target}\" \"{status}\" \"-\" \"-\" TID_{hexes(32)}\n")


def cloudfront(number, records):
    agent = draw.choice(AGENTS).replace(" ", "%20")
    status = draw.choices((200, 304, 404, 502), (90, 5, 4, 1))[0]
    result = draw.choices(("Hit", "Miss", "RefreshHit", "Error"), (80, 15, 4, 1))[0]
    seconds = f"0.{draw.randint(0, 999):03}"
    length = draw.randint(200, 90_000)
    return "\t".join((
        DAY, clock(number, records), f"FRA{draw.randint(50, 60)}-P{draw.randint(1, 4)}",
        str(length + 400), draw.choice(CLIENTS), "GET", "d111abcdef8xyz.cloudfront.net",
        draw.choice(PATHS), str(status), "https://www.example.net/", agent,
        f"id={draw.randint(0, 10 ** 6)}", "-", result, letters(54) + "==", "www.example.net",
        "https", str(draw.randint(40, 900)), seconds, "-", "TLSv1.3", "TLS_AES_128_GCM_SHA256",
        result, "HTTP/2.0", "-", "-", str(draw.randint(1024, 65535)), seconds, result,
        "image/png", str(length), "-", "-")) + "\n"


def cloudtrail(number, records):
    role, (source, name) = draw.choice(ROLES), draw.choice(EVENTS)
    session = f"i-{hexes(17)}"
    account = "111122223333"
    arn = f"arn:aws:iam::{account}:role/{role}"
    event = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole", "principalId": f"AROA{role}:{session}",
            "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}", "accountId": account,
            "accessKeyId": "ASIA" + letters(16), "sessionContext": {
                "sessionIssuer": {"type": "Role", "principalId": f"AROA{role}", "arn": arn,
                                  "accountId": account, "userName": role},
                "attributes": {"creationDate": f"{DAY}T00:00:00Z", "mfaAuthenticated": "false"}}},
        "eventTime": f"{DAY}T{clock(number, records)}Z", "eventSource": source,
        "eventName": name, "awsRegion": "eu-west-1", "sourceIPAddress": draw.choice(CLIENTS),
        "userAgent": "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64",
        "requestParameters": {"maxResults": 50, "filterSet": {"items": [{
            "name": "instance-state-name", "valueSet": {"items": [{"value": "running"}]}}]},
            "instancesSet": {"items": [{"instanceId": session}]}},
        "responseElements": None, "requestID": f"{hexes(8)}-{hexes(4)}-{hexes(12)}",
        "eventID": f"{hexes(8)}-{hexes(4)}-4000-8000-{hexes(12)}",
        "readOnly": True, "eventType": "AwsApiCall", "managementEvent": True,
        "recipientAccountId": account, "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                       "clientProvidedHostHeader": source}}
    if draw.random() < 0.02:
        event |= {"errorCode": "AccessDenied", "errorMessage": "Access Denied"}
    return ("," if number else "") + json.dumps(event, separators=(",", ":"))


def main():
    output, kind, records = sys.argv[1:]
    make = {"alb": alb, "cloudfront": cloudfront, "cloudtrail": cloudtrail}[kind]
    before = {"alb": "", "cloudfront": HEADER, "cloudtrail": '{"Records":['}[kind]
    with open(output, "w") as out:
        out.write(before)
        for number in range(int(records)):
            out.write(make(number, int(records)))
        out.write("]}" if kind == "cloudtrail" else "")


if __name__ == "__main__":
    main()
