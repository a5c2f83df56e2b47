package io.freshet.purge.delivery;

import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.kafka.MessagePublisher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes where refreshes stand. */
final class ProgressPublisher {

    private static final Logger log = LoggerFactory.getLogger(ProgressPublisher.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Well below the 256 KB that a record of task-events may have. */
    private static final int MAX_BYTES = 200_000;

    /** An object's state without node ids and description, as JSON. */
    private static final int STATE_BYTES = 90;

    private final MessagePublisher publisher;
    private final Clock clock;

    ProgressPublisher(MessagePublisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Publishes what has changed, and returns when the broker has it, however long that takes. */
    void publishNews(RefreshProgress refresh) throws InterruptedException {
        publish(refresh, refresh.news());
    }

    /** The same with what was never told: then the state of every object is known. */
    void publish(RefreshProgress refresh) throws InterruptedException {
        publish(refresh, refresh.rest());
    }

    private void publish(RefreshProgress refresh, RefreshProgress.@Nullable Report report) throws InterruptedException {
        while (report != null) {
            try {
                send(refresh, report).join();
                return;
            } catch (CompletionException e) {
                log.warn(
                        "The progress of task {} could not be published: {}",
                        refresh.command().taskId(),
                        e.toString());
                Thread.sleep(RETRY);
            }
        }
    }

    private CompletableFuture<Void> send(RefreshProgress refresh, RefreshProgress.Report report) {
        Instant now = clock.instant();
        return CompletableFuture.allOf(inRecords(report.objects()).stream()
                .map(part -> new ObjectsProgressed(
                        refresh.command().taskId(), refresh.command().account(), part, report.totals(), now))
                .map(publisher::publish)
                .toArray(CompletableFuture[]::new));
    }

    /** Splits states into what fits into one record each. */
    static List<List<ObjectState>> inRecords(List<ObjectState> states) {
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
