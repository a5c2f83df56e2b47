package io.freshet.purge.dispatch;

import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.kafka.MessagePublisher;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Publishes the progress of refreshes as task events. */
public final class ProgressPublisher {

    private final MessagePublisher publisher;
    private final Clock clock;

    public ProgressPublisher(MessagePublisher publisher, Clock clock) {
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
            publisher.publishUntilAcknowledged(ObjectsProgressed.split(
                    refresh.command().taskId(),
                    refresh.command().account(),
                    report.objects(),
                    report.answers(),
                    report.totals(),
                    clock.instant()));
        }
    }
}
