package io.freshet.task.recording;

import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.UnreadableMessageException;
import io.freshet.kafka.ReceivedMessage;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.stereotype.Component;

/**
 * Records batches. A batch that does not fit is halved until the record that is to blame is found; that one goes to the dead letters and the
 * others are recorded. Whatever is no record's fault is thrown, and the batch comes again.
 */
@Component
class BatchRecorder implements BatchMessageListener<String, byte[]> {

    private final BatchWriter writer;
    private final Rejection rejection;

    BatchRecorder(BatchWriter writer, Rejection rejection) {
        this.writer = writer;
        this.rejection = rejection;
    }

    @Override
    public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
        List<Entry> entries = new ArrayList<>(records.size());
        for (ConsumerRecord<String, byte[]> record : records) {
            try {
                entries.add(new Entry(record, ReceivedMessage.read(record, Message.class)));
            } catch (UnreadableMessageException e) {
                rejection.unreadable(record, e);
            }
        }
        record(entries);
    }

    private void record(List<Entry> entries) {
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
                rejection.unfit(entries.getFirst(), e);
            } else {
                int middle = entries.size() / 2;
                record(entries.subList(0, middle));
                record(entries.subList(middle, entries.size()));
            }
        }
    }
}
