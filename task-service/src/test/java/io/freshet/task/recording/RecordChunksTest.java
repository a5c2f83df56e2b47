package io.freshet.task.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RecordChunksTest {

    @Test
    void records_share_a_chunk_while_they_fit_and_keep_their_order() {
        assertThat(offsets(10, 4, 4, 2, 1, 9, 1)).containsExactly(List.of(0L, 1L, 2L), List.of(3L, 4L), List.of(5L));
    }

    @Test
    void a_record_larger_than_a_chunk_has_a_chunk_of_its_own() {
        assertThat(offsets(10, 3, 25, 3)).containsExactly(List.of(0L), List.of(1L), List.of(2L));
    }

    @Test
    void a_record_without_a_value_has_size_0() {
        assertThat(offsets(10, 10, -1)).containsExactly(List.of(0L, 1L));
    }

    @Test
    void an_empty_batch_has_no_chunks() {
        assertThat(offsets(10)).isEmpty();
    }

    private static List<List<Long>> offsets(long bytes, int... sizes) {
        List<ConsumerRecord<String, byte[]>> records = IntStream.range(0, sizes.length)
                .mapToObj(i -> record(i, sizes[i]))
                .toList();
        return RecordChunks.of(records, bytes).stream()
                .map(chunk -> chunk.stream().map(ConsumerRecord::offset).toList())
                .toList();
    }

    private static ConsumerRecord<String, byte[]> record(long offset, int size) {
        return new ConsumerRecord<>(
                "topic",
                0,
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                size,
                "",
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }
}
