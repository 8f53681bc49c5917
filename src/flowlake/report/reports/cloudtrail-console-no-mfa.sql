-- title: Console sign-ins without MFA
-- question: Who signed in to the console without a second factor?
-- read: Federated users and roles have their second factor elsewhere: AWS says No of them too.
-- chart: table
-- table: cloudtrail
-- param limit integer 100: rows to show
SELECT event_time, recipient_account_id AS account, user_identity_type AS type,
       coalesce(user_identity_user_name, user_identity_arn) AS who, source_ip_address,
       console_login_result AS result, user_agent
FROM cloudtrail
WHERE {W:event_time} AND event_name = 'ConsoleLogin'
  AND coalesce(console_login_mfa_used, 'No') <> 'Yes'
ORDER BY event_time DESC, event_id
LIMIT :limit
