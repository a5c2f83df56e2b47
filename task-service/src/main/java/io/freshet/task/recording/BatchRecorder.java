package io.freshet.task.recording;

import io.freshet.contracts.message.Topics;
import io.freshet.contracts.message.UnreadableMessageException;
import io.freshet.kafka.ReceivedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.stereotype.Component;

/**
 * Records batches, in portions that bound the memory that a transaction takes. A portion that does not fit is halved until the record that is to blame is found; that one goes to the dead letters and the
 * others are recorded. Whatever is no record's fault is thrown, and the batch comes again. Dead letters are written last, so that such a
 * repetition does not write them twice.
 */
@Component
class BatchRecorder implements BatchMessageListener<String, byte[]> {

    /** Where a record without a value is no message but the end of what was said under its key. */
    private static final Set<String> COMPACTED = Set.of(Topics.NODE_EVENTS, Topics.NODE_ACTIONS);

    private final BatchWriter writer;
    private final Rejection rejection;
    private final long bytesPerTransaction;

    BatchRecorder(BatchWriter writer, Rejection rejection, RecordingProperties properties) {
        this.writer = writer;
        this.rejection = rejection;
        this.bytesPerTransaction = properties.bytesPerTransaction().toBytes();
    }

    @Override
    public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
        List<Runnable> rejections = new ArrayList<>();
        for (List<ConsumerRecord<String, byte[]>> portion : Portions.of(records, bytesPerTransaction)) {
            record(read(portion, rejections), rejections);
        }
        rejections.forEach(Runnable::run);
    }

    private List<Entry> read(List<ConsumerRecord<String, byte[]>> records, List<Runnable> rejections) {
        List<Entry> entries = new ArrayList<>(records.size());
        for (ConsumerRecord<String, byte[]> record : records) {
            if (!isTombstone(record)) {
                read(record, entries, rejections);
            }
        }
        return entries;
    }

    private static boolean isTombstone(ConsumerRecord<String, byte[]> record) {
        return record.value() == null && COMPACTED.contains(record.topic());
    }

    private void read(ConsumerRecord<String, byte[]> record, List<Entry> entries, List<Runnable> rejections) {
        try {
            entries.add(new Entry(record, ReceivedMessage.read(record)));
        } catch (UnreadableMessageException e) {
            rejections.add(() -> rejection.unreadable(record, e));
        }
    }

    private void record(List<Entry> entries, List<Runnable> rejections) {
        if (entries.isEmpty()) {
            return;
        }
        try {
            writer.write(entries);
        } catch (RuntimeException e) {
            if (!Blame.isOnRecord(e)) {
                throw e;
            }
            if (entries.size() == 1) {
                Entry entry = entries.getFirst();
                rejections.add(() -> rejection.unfit(entry, e));
            } else {
                int middle = entries.size() / 2;
                record(entries.subList(0, middle), rejections);
                record(entries.subList(middle, entries.size()), rejections);
            }
        }
    }
}
