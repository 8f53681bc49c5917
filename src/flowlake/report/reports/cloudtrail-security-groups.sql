-- title: Changes of security groups
-- question: Who opened or closed what in a security group?
-- read: request has the rule as it was asked for: look for 0.0.0.0/0 and ::/0.
-- chart: table
-- table: cloudtrail
-- param limit integer 100: rows to show
SELECT event_time, recipient_account_id AS account, aws_region,
       coalesce(session_issuer_user_name, user_identity_user_name, user_identity_arn) AS who,
       event_name, json_extract_scalar(request_parameters, '$.groupId') AS group_id,
       contains(request_parameters, '"0.0.0.0/0"') OR contains(request_parameters, '"::/0"')
         AS whole_internet,
       error_code, source_ip_address, request_parameters AS request
FROM cloudtrail
WHERE {W:event_time} AND event_source = 'ec2.amazonaws.com'
  AND event_name IN ('AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress',
                     'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress',
                     'ModifySecurityGroupRules', 'CreateSecurityGroup', 'DeleteSecurityGroup')
ORDER BY event_time DESC, event_id
LIMIT :limit
