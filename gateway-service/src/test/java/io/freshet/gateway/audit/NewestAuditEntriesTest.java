package io.freshet.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.message.AuditEntry;
import io.freshet.contracts.message.AuditOutcome;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.Topics;
import io.freshet.gateway.audit.NewestAuditEntries.StoredEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class NewestAuditEntriesTest {

    private final NewestAuditEntries entries = new NewestAuditEntries();

    private void receive(long offset) {
        AuditEntry entry = new AuditEntry(
                new UUID(0, offset),
                Instant.EPOCH.plusSeconds(offset),
                "acme",
                "ci",
                null,
                "flush",
                "l1-a",
                Map.of(),
                AuditOutcome.ACCEPTED);
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>(Topics.AUDIT_LOG, 0, offset, entry.key(), MessageFormat.write(entry));
        record.headers().add(Headers.TYPE, MessageFormat.typeOf(entry).getBytes(StandardCharsets.UTF_8));
        entries.received(record);
    }

    @Test
    void oldest_entries_are_forgotten_when_there_are_too_many() {
        for (int offset = 0; offset < NewestAuditEntries.MAX_ENTRIES + 3; offset++) {
            receive(offset);
        }
        assertThat(entries.find(Long.MAX_VALUE, _ -> true, Integer.MAX_VALUE))
                .hasSize(NewestAuditEntries.MAX_ENTRIES)
                .extracting(StoredEntry::offset)
                .startsWith(NewestAuditEntries.MAX_ENTRIES + 2L)
                .endsWith(3L);
    }

    @Test
    void topic_that_was_created_again_begins_a_new_log() {
        receive(7);
        entries.opened("another");
        receive(0);
        assertThat(entries.find(Long.MAX_VALUE, _ -> true, 10))
                .extracting(StoredEntry::offset)
                .containsExactly(0L);
    }
}
