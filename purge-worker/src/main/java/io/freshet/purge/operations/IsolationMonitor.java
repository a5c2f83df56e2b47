package io.freshet.purge.operations;

import io.freshet.kafka.command.CommandConsumer;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.node.NodeReachability;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Detects that this worker is isolated (no node answers) and leaves the consumer group, so that other workers take
 * over. Rejoins when a node answers or no other member is left. While isolated, the worker reports itself unhealthy.
 */
public final class IsolationMonitor implements SmartLifecycle, HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(IsolationMonitor.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final long CONFIRM_NANOS = Duration.ofSeconds(1).toNanos();

    /** Two isolated workers must not hand the partitions back and forth. */
    private static final long STAY_NANOS = Duration.ofSeconds(30).toNanos();

    private final CommandConsumer<?> loop;
    private final NodeReachability reachability;
    private final CommandTopic commands;
    private final String group;
    private volatile boolean running;
    private @Nullable PeriodicTask task;
    private @Nullable Long isolatedSince;
    private @Nullable Long rejoinedAt;

    public IsolationMonitor(
            CommandConsumer<?> loop, NodeReachability reachability, CommandTopic commands, String group) {
        this.loop = loop;
        this.reachability = reachability;
        this.commands = commands;
        this.group = group;
    }

    @Override
    public synchronized void start() {
        running = true;
        task = new PeriodicTask("isolation-monitor", INTERVAL, this::check);
    }

    private void check() {
        try {
            checkReachability();
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            log.debug("the members of the consumer group {} are unknown", group, e);
        }
    }

    private void checkReachability() {
        long now = System.nanoTime();
        if (!reachability.isIsolated()) {
            isolatedSince = null;
            reachability.setOnlyWorker(false);
            rejoin("a node answers again");
        } else if (isolatedSince == null) {
            isolatedSince = now;
        } else if (now - isolatedSince > CONFIRM_NANOS) {
            leaveOrStay(now);
        }
    }

    private void leaveOrStay(long now) {
        int members = commands.members(group);
        if (loop.isRunning() && members > 1 && (rejoinedAt == null || now - rejoinedAt > STAY_NANOS)) {
            log.error(
                    "No node answers this worker. It leaves the consumer group {}; {} other members take over. "
                            + "Check the network between this worker and the nodes.",
                    group,
                    members - 1);
            loop.leave();
        } else if (loop.isRunning() && members <= 1) {
            reachability.setOnlyWorker(true);
        } else if (members == 0) {
            rejoinedAt = now;
            rejoin("no other worker is left");
        }
    }

    private synchronized void rejoin(String reason) {
        if (running && !loop.isRunning()) {
            log.info("This worker rejoins the consumer group {}: {}", group, reason);
            loop.start();
        }
    }

    @Override
    public Health health() {
        return reachability.isIsolated()
                ? Health.down()
                        .withDetail("nodes", "no node answers this worker")
                        .build()
                : Health.up().build();
    }

    @Override
    public synchronized void stop() {
        running = false;
        if (task != null) {
            task.close();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Stops before the loop, which it could start again. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
