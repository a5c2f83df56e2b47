package io.freshet.quickstart;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Ports of the quickstart, 1 to 65535 each.
 *
 * @param gateway HTTP API and console.
 * @param gatewayManagement Health, metrics and in-sync answers of the gateway.
 * @param aliyun Aliyun-compatible API.
 * @param taskService Internal API of task-service.
 * @param taskServiceManagement Health and metrics of task-service.
 * @param purgeWorker Health and metrics of purge-worker.
 * @param pushWorker Health and metrics of push-worker.
 * @param broker Kafka broker, for any Kafka tool.
 * @param brokerController Kafka controller; internal.
 * @param postgres PostgreSQL: user postgres, database freshet, no password.
 * @param origin Demo site.
 * @param l2A Demo cache l2-a, the parent.
 * @param l1A Demo cache l1-a.
 * @param l1B Demo cache l1-b.
 */
record PortProperties(
        @DefaultValue("8080") int gateway,
        @DefaultValue("8081") int gatewayManagement,
        @DefaultValue("8090") int aliyun,
        @DefaultValue("8082") int taskService,
        @DefaultValue("8083") int taskServiceManagement,
        @DefaultValue("8084") int purgeWorker,
        @DefaultValue("8085") int pushWorker,
        @DefaultValue("19092") int broker,
        @DefaultValue("19093") int brokerController,
        @DefaultValue("15432") int postgres,
        @DefaultValue("6084") int origin,
        @DefaultValue("6083") int l2A,
        @DefaultValue("6081") int l1A,
        @DefaultValue("6082") int l1B) {}
