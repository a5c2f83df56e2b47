package io.freshet.purge.delivery;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.kafka.CommandLoop;
import io.freshet.purge.node.NodeChannel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Delivers refreshes, each on a virtual thread of its own: tier by tier, since a child that is purged before its parent refetches the
 * parent's old copy. Goes on from a tier when each of its nodes has answered or is late; what late nodes owe is kept for them.
 */
final class Delivery implements CommandLoop.Handler<RefreshCommand> {

    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);

    private final Tiers tiers;
    private final Backlogs backlogs;
    private final ProgressReports reports;
    private final NodeReports nodeReports;
    private final Timer applied;
    private final Clock clock;

    Delivery(
            Tiers tiers,
            Backlogs backlogs,
            ProgressReports reports,
            NodeReports nodeReports,
            MeterRegistry meters,
            Clock clock) {
        this.tiers = tiers;
        this.backlogs = backlogs;
        this.reports = reports;
        this.nodeReports = nodeReports;
        this.applied = Timer.builder("freshet.refresh.applied")
                .description("from accepted to answered by every node that is not late")
                .publishPercentileHistogram()
                .register(meters);
        this.clock = clock;
    }

    @Override
    public CompletableFuture<Void> handle(RefreshCommand command, TopicPartition partition, long offset) {
        Refresh refresh =
                new Refresh(command, partition.partition(), tiers.ids(), tiers.needsRebound(command.selector()));
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().name("refresh-" + command.taskId()).start(() -> deliver(refresh, done));
        return done;
    }

    private void deliver(Refresh refresh, CompletableFuture<Void> done) {
        try {
            for (List<NodeChannel> tier : tiers.inOrder()) {
                Pass pass = Pass.start(refresh, refresh.allObjects(), tier);
                while (!pass.await(REPORT_EVERY)) {
                    reports.publish(refresh);
                }
                pass.owed().forEach((node, objects) -> backlogs.owe(node, new Debt(refresh, objects)));
            }
            reports.publish(refresh);
            applied.record(Duration.between(refresh.acceptedAt(), clock.instant()));
            done.complete(null);
        } catch (InterruptedException | RuntimeException e) {
            done.completeExceptionally(e);
        }
    }

    @Override
    public void assigned(Collection<TopicPartition> partitions) {
        nodeReports.assigned(partitions.stream().map(TopicPartition::partition).toList());
    }

    @Override
    public void revoked(Collection<TopicPartition> partitions) {
        nodeReports.revoked(partitions.stream().map(TopicPartition::partition).toList());
    }
}
