"""duckdb_cloudtrail.py <folder of files> <parquet> <threads> <codec>: DuckDB reads the files as JSON
and unnests their records; free-form parts stay JSON."""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "text"))
from duckdb_rows import connect, options  # noqa: E402

source, output, threads, codec = sys.argv[1:]
TEXTS = {name: "VARCHAR" for name in (
    "eventVersion", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent",
    "errorCode", "errorMessage", "requestID", "eventID", "eventType", "eventCategory", "readOnly",
    "managementEvent", "recipientAccountId")}
ISSUER = "STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, userName VARCHAR)"
ATTRIBUTES = "STRUCT(creationDate TIMESTAMP, mfaAuthenticated VARCHAR)"
RECORD = ", ".join(
    [f'"{name}" {kind}' for name, kind in TEXTS.items()]
    + ['"eventTime" TIMESTAMP', '"requestParameters" JSON',
       '"tlsDetails" STRUCT(tlsVersion VARCHAR, cipherSuite VARCHAR, '
       'clientProvidedHostHeader VARCHAR)',
       '"userIdentity" STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, '
       f'accessKeyId VARCHAR, sessionContext STRUCT(sessionIssuer {ISSUER}, '
       f'attributes {ATTRIBUTES}))'])
VALUES = {
    "event_time": "eventTime", "event_version": "eventVersion", "event_source": "eventSource",
    "event_name": "eventName", "aws_region": "awsRegion", "source_ip_address": "sourceIPAddress",
    "user_agent": "userAgent", "error_code": "errorCode", "error_message": "errorMessage",
    "request_id": "requestID", "event_id": "eventID", "event_type": "eventType",
    "event_category": "eventCategory", "read_only": "readOnly",
    "management_event": "managementEvent", "recipient_account_id": "recipientAccountId",
    "tls_version": "tlsDetails.tlsVersion", "tls_cipher_suite": "tlsDetails.cipherSuite",
    "tls_client_host": "tlsDetails.clientProvidedHostHeader",
    "user_identity_type": "userIdentity.type",
    "user_identity_principal_id": "userIdentity.principalId",
    "user_identity_arn": "userIdentity.arn", "user_identity_account_id": "userIdentity.accountId",
    "user_identity_access_key_id": "userIdentity.accessKeyId",
    "session_issuer_type": "userIdentity.sessionContext.sessionIssuer.type",
    "session_issuer_arn": "userIdentity.sessionContext.sessionIssuer.arn",
    "session_issuer_user_name": "userIdentity.sessionContext.sessionIssuer.userName",
    "session_issuer_account_id": "userIdentity.sessionContext.sessionIssuer.accountId",
    "session_issuer_principal_id": "userIdentity.sessionContext.sessionIssuer.principalId",
    "session_mfa_authenticated": "userIdentity.sessionContext.attributes.mfaAuthenticated",
    "session_creation_time": "userIdentity.sessionContext.attributes.creationDate",
    "request_parameters": "requestParameters::VARCHAR"}
values = ", ".join(f"r.{path} AS {name}" for name, path in VALUES.items())
connect(threads).sql(f"""COPY (
    SELECT {values}
    FROM (SELECT unnest("Records") AS r
          FROM read_json('{source}/*.json', auto_detect=false, maximum_object_size=134217728,
                         columns={{'Records': 'STRUCT({RECORD})[]'}}))
    ) TO '{output}' ({options(codec)})""")
