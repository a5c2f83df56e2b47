package io.freshet.purge.delivery;

import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeChanged.State;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes how each node stands on each partition that is this worker's, when it has changed, twice a second at most. */
final class NodeReports implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeReports.class);
    private static final Duration EVERY = Duration.ofMillis(500);

    private record Place(String node, int partition) {}

    private final Tiers tiers;
    private final Backlogs backlogs;
    private final MessagePublisher publisher;
    private final Set<Integer> partitions = ConcurrentHashMap.newKeySet();
    private final Map<Place, NodeChanged> published = new HashMap<>();
    private final Thread thread;

    NodeReports(Tiers tiers, Backlogs backlogs, MessagePublisher publisher) {
        this.tiers = tiers;
        this.backlogs = backlogs;
        this.publisher = publisher;
        this.thread = Thread.ofVirtual().name("node-reports").start(this::run);
    }

    /** What a former owner said of these partitions is out of date now. */
    void assigned(List<Integer> added) {
        synchronized (published) {
            published.keySet().removeIf(place -> added.contains(place.partition()));
        }
        partitions.addAll(added);
    }

    void revoked(Collection<Integer> removed) {
        partitions.removeAll(removed);
    }

    private void run() {
        try {
            while (true) {
                try {
                    publishChanges();
                } catch (RuntimeException e) {
                    log.warn("The state of the nodes could not be published: {}", e.toString());
                }
                TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publishChanges() {
        for (int partition : partitions) {
            for (NodeChannel node : tiers.all()) {
                publishIfChanged(new Place(node.node().id(), partition), node.standing());
            }
        }
    }

    private void publishIfChanged(Place place, Standing standing) {
        NodeChanged before;
        synchronized (published) {
            before = published.get(place);
        }
        NodeChanged now = state(place, standing, before);
        if (!now.equals(before)) {
            publisher.publish(now).join();
            synchronized (published) {
                published.put(place, now);
            }
        }
    }

    private NodeChanged state(Place place, Standing standing, @Nullable NodeChanged before) {
        Backlog backlog = backlogs.of(place.node());
        long owed = backlog.owedRecords(place.partition());
        Optional<Instant> overflowed = backlog.overflowedAt();
        boolean isLate = owed > 0 || overflowed.isPresent() || !standing.isUsable();
        State state = isLate ? State.LATE : State.LIVE;
        return new NodeChanged(
                place.node(),
                place.partition(),
                state,
                !(standing instanceof Standing.Unreachable),
                before != null && before.state() == state ? before.since() : since(standing, owed, backlog, place),
                isLate ? why(standing, owed, overflowed.isPresent()) : null,
                owed,
                backlog.oldestOwed(place.partition()).orElse(null),
                null);
    }

    private static Instant since(Standing standing, long owed, Backlog backlog, Place place) {
        return standing.isUsable() && owed > 0
                ? backlog.oldestOwed(place.partition()).orElse(standing.since())
                : standing.since();
    }

    private static String why(Standing standing, long owed, boolean overflowed) {
        if (!standing.isUsable()) {
            return standing.why();
        }
        return overflowed
                ? "owed more than the worker remembers: flush the node and restart the worker"
                : "is catching up on " + owed + " commands";
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
