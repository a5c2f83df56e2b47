package io.freshet.purge.delivery;

import io.freshet.kafka.CommandLoop;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.node.NodeReachability;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * A worker that reaches no node at all suspects itself: it hands its partitions to the others, if there are any, and reports itself unhealthy.
 * It comes back when a node answers, or when nobody else is left.
 */
final class IsolationMonitor implements SmartLifecycle, HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(IsolationMonitor.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final long SURE_AFTER = Duration.ofSeconds(1).toNanos();

    /** Two that are both cut off must not hand everything back and forth. */
    private static final long STAY = Duration.ofSeconds(30).toNanos();

    private final CommandLoop<?> loop;
    private final NodeReachability reach;
    private final CommandTopic commands;
    private final String group;
    private volatile boolean running;
    private @Nullable Thread thread;
    private @Nullable Long cutOffSince;
    private @Nullable Long cameBack;

    IsolationMonitor(CommandLoop<?> loop, NodeReachability reach, CommandTopic commands, String group) {
        this.loop = loop;
        this.reach = reach;
        this.commands = commands;
        this.group = group;
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("self-doubt").start(this::run);
    }

    private void run() {
        try {
            while (running) {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
                try {
                    look();
                } catch (InterruptException e) {
                    return;
                } catch (KafkaException e) {
                    log.debug("the members of the group {} are not known", group, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        long now = System.nanoTime();
        if (!reach.isIsolated()) {
            cutOffSince = null;
            reach.setOnlyWorker(false);
            comeBack("a node answers again");
        } else if (cutOffSince == null) {
            cutOffSince = now;
        } else if (now - cutOffSince > SURE_AFTER) {
            doubt(now);
        }
    }

    private void doubt(long now) {
        int members = commands.members(group);
        if (loop.isRunning() && members > 1 && (cameBack == null || now - cameBack > STAY)) {
            log.error("No node answers this worker: it hands its partitions to the {} others", members - 1);
            loop.leave();
        } else if (loop.isRunning() && members <= 1) {
            reach.setOnlyWorker(true);
        } else if (members == 0) {
            cameBack = now;
            comeBack("no other worker is left");
        }
    }

    private synchronized void comeBack(String why) {
        if (running && !loop.isRunning()) {
            log.info("This worker takes part again: {}", why);
            loop.start();
        }
    }

    @Override
    public Health health() {
        return reach.isIsolated()
                ? Health.down()
                        .withDetail("nodes", "no node answers this worker")
                        .build()
                : Health.up().build();
    }

    @Override
    public synchronized void stop() {
        running = false;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Stopped before the loop, which it would start again. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
