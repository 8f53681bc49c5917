-- title: Use of the root user
-- question: Did anybody act as root?
-- read: Every line deserves a reason. Calls that a service made on the account's behalf are left
--   out.
-- chart: table
-- table: cloudtrail
-- param limit integer 100: rows to show
SELECT event_time, recipient_account_id AS account, event_source, event_name,
       source_ip_address, user_agent, session_mfa_authenticated AS mfa, error_code
FROM cloudtrail
WHERE {W:event_time} AND user_identity_type = 'Root' AND user_identity_invoked_by IS NULL
  AND event_type IS DISTINCT FROM 'AwsServiceEvent'
ORDER BY event_time DESC, event_id
LIMIT :limit
