-- title: Denied calls
-- question: Who was refused what?
-- read: A burst of different actions by one identity is somebody trying what a key may do; the
--   same action again and again is a missing permission.
-- chart: table
-- table: cloudtrail
-- param limit integer 50: rows to show
SELECT coalesce(session_issuer_arn, user_identity_arn, user_identity_principal_id,
                user_identity_type) AS who,
       event_source, event_name, error_code, count(*) AS calls,
       count(DISTINCT source_ip_address) AS addresses, max(source_ip_address) AS an_address,
       min(event_time) AS first_t, max(event_time) AS last_t
FROM cloudtrail
WHERE {W:event_time}
  AND (error_code LIKE '%AccessDenied%' OR error_code LIKE '%Unauthorized%'
       OR error_code IN ('Client.UnauthorizedOperation', 'VpceAccessDenied', 'Forbidden'))
GROUP BY 1, 2, 3, 4
ORDER BY calls DESC, who, event_source, event_name
LIMIT :limit
