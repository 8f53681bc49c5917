-- title: Inside and outside by action (as in the article)
-- question: What share is blocked, by origin?
-- read: Looks at the first octet only: 172.16/12, 192.168/16 and IPv6 count as external.
-- chart: stacked bar
-- over: flowlogs
-- param prefix integer 10: first octet of an inside address
-- param limit integer 10: rows to show
SELECT CASE WHEN split_part(sourceaddress, '.', 1) = CAST(:prefix AS varchar)
            THEN 'internal' ELSE 'external' END AS side,
       action, count(*) AS records
FROM flowlogs
WHERE action IN ('ACCEPT', 'REJECT')
GROUP BY 1, 2
ORDER BY 1, 2
LIMIT :limit
