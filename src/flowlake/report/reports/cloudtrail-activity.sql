-- title: Who did what
-- question: Which identities called which actions, from where?
-- read: who is the role behind a session where there is one. Calls that AWS makes for you have a
--   service in who. Reads are left out unless asked for.
-- chart: table
-- table: cloudtrail
-- param who text "": a part of the identity's ARN or name
-- param reads choice(false,true) false: also what only reads
-- param limit integer 50: rows to show
SELECT coalesce(session_issuer_arn, user_identity_arn, user_identity_invoked_by,
                user_identity_type) AS who,
       event_source, event_name, count(*) AS calls,
       count(*) FILTER (error_code IS NOT NULL) AS errors,
       count(DISTINCT source_ip_address) AS addresses,
       min(event_time) AS first_t, max(event_time) AS last_t
FROM cloudtrail
WHERE {W:event_time} AND (read_only IS DISTINCT FROM 'true' OR {reads})
  [[ AND contains(lower(coalesce(session_issuer_arn, user_identity_arn,
                                 user_identity_user_name, '')), lower(:who)) ]]
GROUP BY 1, 2, 3
ORDER BY calls DESC, who, event_source, event_name
LIMIT :limit
