package io.freshet.gateway.backlog;

import io.freshet.contracts.message.ConsumerGroups;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.command.ConsumerGroupLag;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Gauges of the records that other services have not consumed yet. The gateway shows them, since they must also grow
 * while no instance of such a service runs.
 */
@Component
class BacklogGauges implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BacklogGauges.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    /** Topics by the consumer group that reads them. */
    private static final Map<String, List<String>> GROUPS = Map.of(
            ConsumerGroups.PURGE_WORKER, List.of(Topics.PURGE_COMMANDS),
            ConsumerGroups.PUSH_WORKER, List.of(Topics.PUSH_COMMANDS),
            ConsumerGroups.TASK_SERVICE,
                    List.of(Topics.PURGE_COMMANDS, Topics.PUSH_COMMANDS, Topics.TASK_EVENTS, Topics.NODE_ACTIONS));

    private final Admin admin;
    private final ConsumerGroupLag lag;
    private final SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();

    /** Last lag by group; NaN if Kafka did not answer. */
    private final Map<String, Double> lags = new ConcurrentHashMap<>();

    BacklogGauges(KafkaClients clients, MeterRegistry meters) {
        this.admin = clients.admin();
        this.lag = new ConsumerGroupLag(admin);
        GROUPS.keySet().forEach(group -> register(group, meters));
        scheduler.setVirtualThreads(true);
        scheduler.setThreadNamePrefix("backlog-");
        scheduler.scheduleWithFixedDelay(this::update, INTERVAL);
    }

    private void register(String group, MeterRegistry meters) {
        Gauge.builder("freshet.consumer.lag.records", lags, all -> all.getOrDefault(group, Double.NaN))
                .tag("group", group)
                .description("Records that the consumer group has not consumed, NaN if Kafka does not answer")
                .register(meters);
    }

    private void update() {
        GROUPS.forEach((group, topics) -> lags.put(group, records(group, topics)));
    }

    private double records(String group, List<String> topics) {
        try {
            return lag.records(group, topics);
        } catch (KafkaException e) {
            log.debug("The lag of the group {} is not known", group, e);
            return Double.NaN;
        }
    }

    @Override
    public void close() {
        scheduler.close();
        admin.close(CLOSE_TIMEOUT);
    }
}
