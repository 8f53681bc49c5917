SELECT sourceaddress, count(*) AS cnt FROM flowlogs GROUP BY sourceaddress ORDER BY cnt DESC LIMIT 10;
SELECT sourceaddress, destinationaddress, count(*) AS cnt FROM flowlogs GROUP BY sourceaddress, destinationaddress ORDER BY cnt DESC LIMIT 10;
SELECT destinationport, count(*) AS cnt FROM flowlogs WHERE action = 'REJECT' GROUP BY destinationport ORDER BY cnt DESC LIMIT 10;
SELECT action, corr(bytes, packets) AS correlation FROM flowlogs GROUP BY action;
SELECT CASE WHEN split_part(sourceaddress, '.', 1) = '10' THEN 'internal' ELSE 'external' END AS side, action, count(*) AS cnt FROM flowlogs GROUP BY 1, 2 ORDER BY 1, 2;
SELECT sourceaddress, count(*) AS cnt FROM flowlogs TABLESAMPLE SYSTEM (10) GROUP BY sourceaddress ORDER BY cnt DESC LIMIT 10;
