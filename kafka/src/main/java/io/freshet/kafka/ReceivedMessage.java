package io.freshet.kafka;

import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.message.UnreadableMessageException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads records as messages. */
public final class ReceivedMessage {

    private ReceivedMessage() {}

    /**
     * The message in this record, which must belong on the record's topic.
     *
     * @throws UnreadableMessageException if it does not, or is none
     */
    public static Message read(ConsumerRecord<String, byte[]> record) {
        Message message = read(record, Message.class);
        if (!Topics.of(message).equals(record.topic())) {
            throw new UnreadableMessageException(
                    "a message of type " + MessageFormat.typeOf(message) + " does not belong on " + record.topic(),
                    null);
        }
        return message;
    }

    /**
     * The message in this record, which must be of the wanted kind.
     *
     * @throws UnreadableMessageException if it is not
     */
    public static <M extends Message> M read(ConsumerRecord<String, byte[]> record, Class<M> wanted) {
        String type = header(record, Headers.TYPE);
        Message message = MessageFormat.read(type, record.value());
        if (!wanted.isInstance(message)) {
            throw new UnreadableMessageException(
                    "a message of type " + type + " does not belong on " + record.topic(), null);
        }
        return wanted.cast(message);
    }

    /** The account named in the record's headers, for records that cannot be read. */
    public static @Nullable String accountOf(ConsumerRecord<String, byte[]> record) {
        return header(record, Headers.ACCOUNT);
    }

    private static @Nullable String header(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
