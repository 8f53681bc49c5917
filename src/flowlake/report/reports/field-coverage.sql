-- title: Which fields are filled
-- question: Which analyses can run on these logs?
-- read: filled_pct is the share of OK records that have the field; below 1 the field is of
--   no use. Several formats in one table show as several versions. A field of nothing but
--   NULL is missing from the format, or AWS lacked a permission (tags, ECS).
-- chart: matrix
-- over: records
-- param limit integer 1000: rows to show
SELECT version, field, records, filled_pct, filled_pct >= 1 AS usable
FROM (SELECT version, count(*) AS records,
             1e2 * count(account_id) / count(*) AS account_id,
             1e2 * count(interface_id) / count(*) AS interface_id,
             1e2 * count(srcaddr) / count(*) AS srcaddr,
             1e2 * count(dstaddr) / count(*) AS dstaddr,
             1e2 * count(srcport) / count(*) AS srcport,
             1e2 * count(dstport) / count(*) AS dstport,
             1e2 * count(protocol) / count(*) AS protocol,
             1e2 * count(packets) / count(*) AS packets,
             1e2 * count(bytes) / count(*) AS bytes,
             1e2 * count("start") / count(*) AS "start",
             1e2 * count("end") / count(*) AS "end",
             1e2 * count(action) / count(*) AS action,
             1e2 * count(log_status) / count(*) AS log_status,
             1e2 * count(vpc_id) / count(*) AS vpc_id,
             1e2 * count(subnet_id) / count(*) AS subnet_id,
             1e2 * count(instance_id) / count(*) AS instance_id,
             1e2 * count(tcp_flags) / count(*) AS tcp_flags,
             1e2 * count("type") / count(*) AS "type",
             1e2 * count(pkt_srcaddr) / count(*) AS pkt_srcaddr,
             1e2 * count(pkt_dstaddr) / count(*) AS pkt_dstaddr,
             1e2 * count(region) / count(*) AS region,
             1e2 * count(az_id) / count(*) AS az_id,
             1e2 * count(sublocation_type) / count(*) AS sublocation_type,
             1e2 * count(sublocation_id) / count(*) AS sublocation_id,
             1e2 * count(pkt_src_aws_service) / count(*) AS pkt_src_aws_service,
             1e2 * count(pkt_dst_aws_service) / count(*) AS pkt_dst_aws_service,
             1e2 * count(flow_direction) / count(*) AS flow_direction,
             1e2 * count(traffic_path) / count(*) AS traffic_path,
             1e2 * count(ecs_cluster_arn) / count(*) AS ecs_cluster_arn,
             1e2 * count(ecs_cluster_name) / count(*) AS ecs_cluster_name,
             1e2 * count(ecs_container_instance_arn) / count(*) AS ecs_container_instance_arn,
             1e2 * count(ecs_container_instance_id) / count(*) AS ecs_container_instance_id,
             1e2 * count(ecs_container_id) / count(*) AS ecs_container_id,
             1e2 * count(ecs_second_container_id) / count(*) AS ecs_second_container_id,
             1e2 * count(ecs_service_name) / count(*) AS ecs_service_name,
             1e2 * count(ecs_task_definition_arn) / count(*) AS ecs_task_definition_arn,
             1e2 * count(ecs_task_arn) / count(*) AS ecs_task_arn,
             1e2 * count(ecs_task_id) / count(*) AS ecs_task_id,
             1e2 * count(reject_reason) / count(*) AS reject_reason,
             1e2 * count(resource_id) / count(*) AS resource_id,
             1e2 * count(encryption_status) / count(*) AS encryption_status,
             1e2 * count(instance_tag) / count(*) AS instance_tag,
             1e2 * count(instance_tag_2) / count(*) AS instance_tag_2,
             1e2 * count(interface_tag) / count(*) AS interface_tag,
             1e2 * count(interface_tag_2) / count(*) AS interface_tag_2,
             1e2 * count(asg_tag) / count(*) AS asg_tag,
             1e2 * count(asg_tag_2) / count(*) AS asg_tag_2,
             1e2 * count(interface_type) / count(*) AS interface_type,
             1e2 * count(next_hop_interface_id) / count(*) AS next_hop_interface_id,
             1e2 * count(next_hop_subnet_id) / count(*) AS next_hop_subnet_id,
             1e2 * count(next_hop_az_id) / count(*) AS next_hop_az_id,
             1e2 * count(next_hop_vpc_id) / count(*) AS next_hop_vpc_id,
             1e2 * count(next_hop_interface_type) / count(*) AS next_hop_interface_type
      FROM records
      WHERE coalesce(log_status, 'OK') = 'OK'
      GROUP BY version)
UNPIVOT (filled_pct FOR field IN (
    account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets,
    bytes, "start", "end", action, log_status, vpc_id, subnet_id, instance_id,
    tcp_flags, "type", pkt_srcaddr, pkt_dstaddr, region, az_id, sublocation_type,
    sublocation_id, pkt_src_aws_service, pkt_dst_aws_service, flow_direction,
    traffic_path, ecs_cluster_arn, ecs_cluster_name, ecs_container_instance_arn,
    ecs_container_instance_id, ecs_container_id, ecs_second_container_id,
    ecs_service_name, ecs_task_definition_arn, ecs_task_arn, ecs_task_id,
    reject_reason, resource_id, encryption_status, instance_tag, instance_tag_2,
    interface_tag, interface_tag_2, asg_tag, asg_tag_2, interface_type,
    next_hop_interface_id, next_hop_subnet_id, next_hop_az_id, next_hop_vpc_id,
    next_hop_interface_type))
ORDER BY version, filled_pct DESC, field
LIMIT :limit
