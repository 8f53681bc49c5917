-- title: Rejects by port (as in the article)
-- question: Which ports are knocked on?
-- read: SSH, Telnet and RDP usually lead. High ports are rejected replies, not scans.
-- chart: bar
-- over: flowlogs
-- param limit integer 20: rows to show
SELECT destinationport, count(*) AS rejects
FROM flowlogs
WHERE action = 'REJECT'
GROUP BY destinationport
ORDER BY rejects DESC, destinationport
LIMIT :limit
