package io.freshet.task.outbox;

import io.freshet.contracts.message.Message;
import java.util.List;

/**
 * Messages in the database that Kafka does not have yet. Every method runs in the caller's transaction.
 *
 * @param <R> a stored message
 */
public interface Outbox<R> {

    /** Returns how many messages fit into memory at once, at least 1. */
    int chunk();

    /** Locks and returns messages to publish, oldest first, other than those that another instance publishes now. */
    List<R> lock(int limit);

    Message message(R stored);

    /** Deletes messages that Kafka has acknowledged. */
    void delete(List<R> published);
}
