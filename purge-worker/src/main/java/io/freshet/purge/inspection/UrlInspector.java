package io.freshet.purge.inspection;

import io.freshet.contracts.Selector;
import io.freshet.contracts.inspection.NodeCopy;
import io.freshet.contracts.inspection.OriginResponse;
import io.freshet.contracts.message.InspectUrl;
import io.freshet.contracts.message.Inspection;
import io.freshet.contracts.message.UrlInspected;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.ownership.OwnedPartitions;
import io.freshet.purge.topology.TierTopology;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers inspections of URLs. All workers read them; the one that owns the first partition of the purge commands
 * answers. An inspection that no worker answers is repeated by its client.
 */
public final class UrlInspector implements TopicReader.Listener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(UrlInspector.class);
    private static final int FIRST_PARTITION = 0;

    /** Inspections in progress at most: each opens a connection to every node. */
    private static final int MAX_IN_PROGRESS = 16;

    private final OwnedPartitions partitions;
    private final MessagePublisher publisher;
    private final Clock clock;
    private final Semaphore inProgress = new Semaphore(MAX_IN_PROGRESS);

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("inspection-", 0).factory());

    public UrlInspector(OwnedPartitions partitions, MessagePublisher publisher, Clock clock) {
        this.partitions = partitions;
        this.publisher = publisher;
        this.clock = clock;
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        if (ReceivedMessage.read(record, Inspection.class) instanceof InspectUrl question) {
            partitions.open(FIRST_PARTITION).ifPresent(partition -> answer(question, partition.topology()));
        }
    }

    private void answer(InspectUrl question, TierTopology tiers) {
        if (inProgress.tryAcquire()) {
            threads.execute(() -> answer(question, new NodeInspector(tiers)));
        } else {
            log.warn("An inspection is not answered: {} others are in progress", MAX_IN_PROGRESS);
        }
    }

    private void answer(InspectUrl question, NodeInspector nodes) {
        try {
            Purge url = Purge.of(Selector.URL, question.url(), false);
            CompletableFuture<@Nullable OriginResponse> origin =
                    CompletableFuture.supplyAsync(() -> question.origin() ? nodes.askOrigin(url) : null, threads);
            List<NodeCopy> copies = nodes.inspect(url, threads);
            publisher
                    .publish(
                            new UrlInspected(question.id(), question.account(), copies, origin.join(), clock.instant()))
                    .join();
        } catch (RuntimeException e) {
            log.warn("An inspection of account {} is not answered: {}", question.account(), e.toString());
        } finally {
            inProgress.release();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
