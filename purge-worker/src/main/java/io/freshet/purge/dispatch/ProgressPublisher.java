package io.freshet.purge.dispatch;

import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Publishes the progress of refreshes as task events. */
public final class ProgressPublisher {

    /** Well below the size of the largest record that Kafka accepts. */
    private static final int MAX_BYTES = 200_000;

    /** Size of an object's state as JSON, without node ids and description. */
    private static final int STATE_BYTES = 90;

    private final RetryingPublisher publisher;
    private final Clock clock;

    public ProgressPublisher(RetryingPublisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Publishes the objects that have changed, and returns when Kafka has acknowledged them. */
    void publishChanges(RefreshProgress refresh) throws InterruptedException {
        publish(refresh, refresh.takeChanges());
    }

    /** Publishes the objects that have changed or never were reported: then the state of every object is known. */
    public void publishAll(RefreshProgress refresh) throws InterruptedException {
        publish(refresh, refresh.takeAllUnreported());
    }

    private void publish(RefreshProgress refresh, RefreshProgress.@Nullable ProgressReport report)
            throws InterruptedException {
        if (report != null) {
            Instant now = clock.instant();
            publisher.publishAll(split(report.objects()).stream()
                    .map(objects -> new ObjectsProgressed(
                            refresh.command().taskId(), refresh.command().account(), objects, report.totals(), now))
                    .toList());
        }
    }

    /** Splits states into lists that fit into one record each. */
    static List<List<ObjectState>> split(List<ObjectState> states) {
        List<List<ObjectState>> records = new ArrayList<>();
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < states.size(); i++) {
            int next = bytes(states.get(i));
            if (i > from && (bytes + next > MAX_BYTES || i - from == ObjectsProgressed.MAX_OBJECTS)) {
                records.add(states.subList(from, i));
                from = i;
                bytes = 0;
            }
            bytes += next;
        }
        records.add(states.subList(from, states.size()));
        return records;
    }

    private static int bytes(ObjectState state) {
        String description = state.description();
        return STATE_BYTES
                + state.missing().stream().mapToInt(id -> id.length() + 3).sum()
                + (description == null ? 0 : 3 * description.length());
    }
}
