package io.freshet.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class UploadBodyTest {

    @Test
    void all_members_of_a_gzip_body_are_read_although_they_arrive_one_by_one() throws IOException {
        InputStream members = new SequenceInputStream(
                new ByteArrayInputStream(gzip("a".repeat(10_000))), new ByteArrayInputStream(gzip("b".repeat(10_000))));
        byte[] read = BodyEncoding.GZIP
                .decoded(new UploadBody(withoutAvailable(members)))
                .readAllBytes();
        assertThat(new String(read, StandardCharsets.US_ASCII)).isEqualTo("a".repeat(10_000) + "b".repeat(10_000));
    }

    @Test
    void truncated_gzip_is_a_failure_of_the_data_and_not_of_the_connection() throws IOException {
        byte[] whole = gzip("a".repeat(10_000));
        InputStream half = new ByteArrayInputStream(whole, 0, whole.length - 9);
        assertThatThrownBy(() -> BodyEncoding.GZIP
                        .decoded(new UploadBody(withoutAvailable(half)))
                        .readAllBytes())
                .isInstanceOf(EOFException.class);
    }

    @Test
    void closed_connection_is_told_apart() {
        UploadBody body = new UploadBody(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        });
        assertThatThrownBy(body::readAllBytes).isInstanceOf(UploadBody.DisconnectedException.class);
    }

    @Test
    void rest_is_dropped_up_to_a_limit() throws IOException {
        UploadBody body = new UploadBody(new ByteArrayInputStream(new byte[100_000]));
        body.drain(50_000);
        assertThat(body.available()).isEqualTo(1);
        body.drain(100_000);
        assertThat(body.available()).isZero();
    }

    private static InputStream withoutAvailable(InputStream input) {
        return new FilterInputStream(input) {
            @Override
            public int available() {
                return 0;
            }
        };
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }
}
