package io.freshet.task.recording;

import io.freshet.contracts.message.Topics;
import io.freshet.contracts.message.UnreadableMessageException;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.task.writer.BatchWriter;
import io.freshet.task.writer.MessageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.stereotype.Component;

/**
 * Writes a batch in chunks, which bound the memory of a transaction. If a chunk violates a constraint, it is bisected;
 * the offending record goes to the dead-letter topic. All other errors are thrown, and the batch is retried. Dead
 * letters are sent last, so that a retry does not send them twice.
 */
@Component
class BatchListener implements BatchMessageListener<String, byte[]> {

    /** Topics in which a record without a value is a tombstone. */
    private static final Set<String> COMPACTED = Set.of(Topics.NODE_EVENTS, Topics.NODE_ACTIONS);

    private final BatchWriter writer;
    private final DeadLetterHandler deadLetterHandler;
    private final long bytesPerTransaction;

    BatchListener(BatchWriter writer, DeadLetterHandler deadLetterHandler, RecordingProperties properties) {
        this.writer = writer;
        this.deadLetterHandler = deadLetterHandler;
        this.bytesPerTransaction = properties.bytesPerTransaction().toBytes();
    }

    @Override
    public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
        List<Runnable> deadLetters = new ArrayList<>();
        for (List<ConsumerRecord<String, byte[]>> chunk : RecordChunks.of(records, bytesPerTransaction)) {
            write(read(chunk, deadLetters), deadLetters);
        }
        deadLetters.forEach(Runnable::run);
    }

    private List<MessageRecord> read(List<ConsumerRecord<String, byte[]>> records, List<Runnable> deadLetters) {
        List<MessageRecord> messages = new ArrayList<>(records.size());
        for (ConsumerRecord<String, byte[]> record : records) {
            if (!isTombstone(record)) {
                read(record, messages, deadLetters);
            }
        }
        return messages;
    }

    private static boolean isTombstone(ConsumerRecord<String, byte[]> record) {
        return record.value() == null && COMPACTED.contains(record.topic());
    }

    private void read(ConsumerRecord<String, byte[]> record, List<MessageRecord> messages, List<Runnable> deadLetters) {
        try {
            messages.add(new MessageRecord(record, ReceivedMessage.read(record)));
        } catch (UnreadableMessageException e) {
            deadLetters.add(() -> deadLetterHandler.unreadable(record, e));
        }
    }

    private void write(List<MessageRecord> messages, List<Runnable> deadLetters) {
        if (messages.isEmpty()) {
            return;
        }
        try {
            writer.write(messages);
        } catch (RuntimeException e) {
            if (!SqlErrorClassifier.isCausedByData(e)) {
                throw e;
            }
            if (messages.size() == 1) {
                MessageRecord message = messages.getFirst();
                deadLetters.add(() -> deadLetterHandler.unwritable(message, e));
            } else {
                int middle = messages.size() / 2;
                write(messages.subList(0, middle), deadLetters);
                write(messages.subList(middle, messages.size()), deadLetters);
            }
        }
    }
}
