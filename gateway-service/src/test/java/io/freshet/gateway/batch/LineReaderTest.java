package io.freshet.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {

    private static final int MAX = 300;

    @Test
    void lines_end_with_lf_crlf_or_the_input() throws IOException {
        assertThat(read("a\nb\r\n\r\n\nc"))
                .containsExactly(line(1, "a"), line(2, "b"), line(3, ""), line(4, ""), line(5, "c"));
        assertThat(read("")).isEmpty();
        assertThat(read("\n")).containsExactly(line(1, ""));
    }

    @Test
    void byte_order_mark_is_skipped_at_the_start_only() throws IOException {
        assertThat(read("\ufeffa\n\ufeffb\n")).containsExactly(line(1, "a"), line(2, "\ufeffb"));
        assertThat(read("\ufeff")).containsExactly(line(1, ""));
    }

    @Test
    void line_of_the_largest_length_is_read_and_a_longer_one_is_bad() throws IOException {
        String largest = "x".repeat(MAX);
        assertThat(read(largest + '\n' + largest + "y\nz"))
                .containsExactly(
                        line(1, largest),
                        new UploadLine(2, "x".repeat(200), "is longer than " + MAX + " bytes"),
                        line(3, "z"));
    }

    @Test
    void invalid_utf_8_is_bad_and_the_next_line_is_read() throws IOException {
        byte[] bytes = "h\u00e4\n?\nb\n".getBytes(StandardCharsets.UTF_8);
        bytes[4] = (byte) 0xe4;
        List<UploadLine> lines = read(new ByteArrayInputStream(bytes));
        assertThat(lines.get(0)).isEqualTo(line(1, "h\u00e4"));
        assertThat(lines.get(1).error()).isEqualTo("is not UTF-8");
        assertThat(lines.get(2)).isEqualTo(line(3, "b"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100_000})
    void lines_are_the_same_however_the_input_arrives(int atOnce) throws IOException {
        StringBuilder text = new StringBuilder("\ufeff");
        Random random = new Random(atOnce);
        List<UploadLine> expected = new ArrayList<>();
        for (int i = 1; i <= 2_000; i++) {
            String line = "x".repeat(random.nextInt(MAX - 3));
            expected.add(line(i, line));
            text.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(read(new ByteArrayInputStream(bytes) {
                    @Override
                    public int read(byte[] buffer, int offset, int length) {
                        return super.read(buffer, offset, Math.min(length, atOnce));
                    }
                }))
                .isEqualTo(expected);
    }

    private static UploadLine line(int number, String text) {
        return new UploadLine(number, text, null);
    }

    private static List<UploadLine> read(String text) throws IOException {
        return read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<UploadLine> read(InputStream input) throws IOException {
        LineReader reader = new LineReader(input, MAX);
        List<UploadLine> lines = new ArrayList<>();
        for (UploadLine line = reader.next(); line != null; line = reader.next()) {
            lines.add(line);
        }
        return lines;
    }
}
