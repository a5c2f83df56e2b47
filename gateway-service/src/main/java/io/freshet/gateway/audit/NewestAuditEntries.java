package io.freshet.gateway.audit;

import io.freshet.contracts.message.AuditEntry;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The newest entries of the audit log, as read from its topic. */
class NewestAuditEntries implements TopicReader.Listener {

    /** Bounds the memory: an entry has about 1 KB. */
    static final int MAX_ENTRIES = 10_000;

    /** Oldest first; guarded by this. */
    private final Deque<StoredEntry> newest = new ArrayDeque<>();

    private volatile boolean caughtUp;

    /**
     * An entry with its place in the topic.
     *
     * @param offset offset in the topic's only partition
     */
    record StoredEntry(long offset, AuditEntry entry) {}

    @Override
    public synchronized void opened(String topicId) {
        newest.clear();
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        AuditEntry entry = ReceivedMessage.read(record, AuditEntry.class);
        synchronized (this) {
            newest.addLast(new StoredEntry(record.offset(), entry));
            if (newest.size() > MAX_ENTRIES) {
                newest.removeFirst();
            }
        }
    }

    @Override
    public void caughtUp() {
        caughtUp = true;
    }

    /** Returns whether the entries that were in the topic at the start have been read. */
    boolean isComplete() {
        return caughtUp;
    }

    /**
     * Returns entries, newest first.
     *
     * @param before offset before which they are
     */
    synchronized List<StoredEntry> find(long before, Predicate<AuditEntry> wanted, int limit) {
        List<StoredEntry> found = new ArrayList<>();
        Iterator<StoredEntry> all = newest.descendingIterator();
        while (all.hasNext() && found.size() < limit) {
            StoredEntry each = all.next();
            if (each.offset < before && wanted.test(each.entry)) {
                found.add(each);
            }
        }
        return found;
    }
}
