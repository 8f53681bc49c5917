#include "flowlake/format/cloudtrail_logs.h"

namespace flowlake {

namespace {
using enum ValueKind;
}  // namespace

const LogKind& CloudTrailLog() {
  static const LogKind log({
      .table = "cloudtrail",
      .title = "CloudTrail log",
      .example =
          R"({"Records":[{"eventVersion":"1.11","userIdentity":{…},"eventTime":…},…]})",
      .fields =
          {{"event_time", kTime, "eventTime"},
           {"event_version", kText, "eventVersion"},
           {"event_source", kText, "eventSource"},
           {"event_name", kText, "eventName"},
           {"aws_region", kText, "awsRegion"},
           {"source_ip_address", kText, "sourceIPAddress"},
           {"user_agent", kText, "userAgent"},
           {"error_code", kText, "errorCode"},
           {"error_message", kText, "errorMessage"},
           {"request_id", kText, "requestID"},
           {"event_id", kText, "eventID"},
           {"event_type", kText, "eventType"},
           {"event_category", kText, "eventCategory"},
           {"read_only", kText, "readOnly"},
           {"management_event", kText, "managementEvent"},
           {"recipient_account_id", kText, "recipientAccountId"},
           {"shared_event_id", kText, "sharedEventID"},
           {"api_version", kText, "apiVersion"},
           {"vpc_endpoint_id", kText, "vpcEndpointId"},
           {"vpc_endpoint_account_id", kText, "vpcEndpointAccountId"},
           {"session_credential_from_console", kText, "sessionCredentialFromConsole"},
           {"tls_version", kText, "tlsDetails.tlsVersion"},
           {"tls_cipher_suite", kText, "tlsDetails.cipherSuite"},
           {"tls_client_host", kText, "tlsDetails.clientProvidedHostHeader"},
           {"user_identity_type", kText, "userIdentity.type"},
           {"user_identity_principal_id", kText, "userIdentity.principalId"},
           {"user_identity_arn", kText, "userIdentity.arn"},
           {"user_identity_account_id", kText, "userIdentity.accountId"},
           {"user_identity_access_key_id", kText, "userIdentity.accessKeyId"},
           {"user_identity_user_name", kText, "userIdentity.userName"},
           {"user_identity_invoked_by", kText, "userIdentity.invokedBy"},
           {"user_identity_provider", kText, "userIdentity.identityProvider"},
           {"session_issuer_type", kText,
            "userIdentity.sessionContext.sessionIssuer.type"},
           {"session_issuer_arn", kText, "userIdentity.sessionContext.sessionIssuer.arn"},
           {"session_issuer_user_name", kText,
            "userIdentity.sessionContext.sessionIssuer.userName"},
           {"session_issuer_account_id", kText,
            "userIdentity.sessionContext.sessionIssuer.accountId"},
           {"session_issuer_principal_id", kText,
            "userIdentity.sessionContext.sessionIssuer.principalId"},
           {"session_mfa_authenticated", kText,
            "userIdentity.sessionContext.attributes.mfaAuthenticated"},
           {"session_creation_time", kTime,
            "userIdentity.sessionContext.attributes.creationDate"},
           {"source_identity", kText, "userIdentity.sessionContext.sourceIdentity"},
           {"ec2_role_delivery", kText, "userIdentity.sessionContext.ec2RoleDelivery"},
           {"on_behalf_of_user_id", kText, "userIdentity.onBehalfOf.userId"},
           {"in_scope_of_source_arn", kText, "userIdentity.inScopeOf.sourceArn"},
           {"invoked_by_delegate_account_id", kText,
            "userIdentity.invokedByDelegate.accountId"},
           {"resources", kJson},
           {"resource_arns", kJoined, "resources[].ARN"},
           {"request_parameters", kJson, "requestParameters"},
           {"s3_bucket", kText, "requestParameters.bucketName"},
           {"s3_key", kText, "requestParameters.key"},
           {"response_elements", kJson, "responseElements"},
           {"console_login_result", kText, "responseElements.ConsoleLogin"},
           {"additional_event_data", kJson, "additionalEventData"},
           {"console_login_mfa_used", kText, "additionalEventData.MFAUsed"},
           {"service_event_details", kJson, "serviceEventDetails"},
           {"insight_details", kJson, "insightDetails"},
           {"addendum", kJson},
           {"edge_device_details", kJson, "edgeDeviceDetails"},
           {"event_context", kJson, "eventContext"}},
      .sort = "event_source,event_name,event_time",
      .lookups = "source_ip_address,user_identity_arn,"
                 "user_identity_access_key_id,session_issuer_arn,event_id,"
                 "request_id,s3_bucket",
      .account_column = "recipient_account_id",
      .region_column = "aws_region",
      .signature = {"eventVersion", "eventTime"},
      .foreign = {"s3"},  // notifications of S3, which have Records too
  });
  return log;
}

}  // namespace flowlake
