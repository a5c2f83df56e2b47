package io.freshet.purge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpResponseReaderTest {

    private static final String FIXED = "HTTP/1.1 200 Purged\r\nX-A: n1\r\nContent-Length: 5\r\n\r\nhello";
    private static final String CHUNKED =
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: t\r\n\r\n";
    private static final String INTERIM = "HTTP/1.1 103 Early Hints\r\nX-A: no\r\n\r\nHTTP/1.1 204 \r\n\r\n";

    private final HttpResponseReader reader = new HttpResponseReader(List.of("x-a", "x-b"));

    @Test
    void responses_in_one_read_are_returned_one_by_one() throws IOException {
        receive(FIXED + CHUNKED + INTERIM);
        assertThat(reader.poll()).isEqualTo(new ResponseHead(200, "Purged", Map.of("x-a", "n1")));
        assertThat(reader.poll()).isEqualTo(new ResponseHead(404, "Not Found", Map.of()));
        assertThat(reader.hasUnparsedBytes()).isTrue();
        assertThat(reader.poll()).isEqualTo(new ResponseHead(204, "", Map.of()));
        assertThat(reader.hasUnparsedBytes()).isFalse();
        assertThat(reader.poll()).isNull();
        assertThat(reader.isLast()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 30})
    void responses_in_pieces_are_returned_when_complete(int size) throws IOException {
        String all = FIXED + CHUNKED + INTERIM + FIXED;
        List<Integer> statuses = new ArrayList<>();
        for (int from = 0; from < all.length(); from += size) {
            receive(all.substring(from, Math.min(all.length(), from + size)));
            for (ResponseHead response = reader.poll(); response != null; response = reader.poll()) {
                statuses.add(response.status());
            }
        }
        assertThat(statuses).containsExactly(200, 404, 204, 200);
        assertThat(reader.hasUnparsedBytes()).isFalse();
    }

    @Test
    void several_headers_are_captured_and_none_of_an_earlier_response() throws IOException {
        receive("HTTP/1.1 200 OK\r\nx-b: 2\r\nX-A: 1\r\nX-C: 3\r\nContent-Length: 0\r\n\r\n");
        receive("HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n");
        assertThat(reader.poll()).isEqualTo(new ResponseHead(200, "OK", Map.of("x-a", "1", "x-b", "2")));
        assertThat(reader.poll()).isEqualTo(new ResponseHead(200, "OK", Map.of("x-a", "1")));
    }

    @Test
    void response_without_its_last_byte_is_not_returned() throws IOException {
        receive(FIXED.substring(0, FIXED.length() - 1));
        assertThat(reader.poll()).isNull();
        assertThat(reader.poll()).isNull();
        receive("o");
        assertThat(reader.poll()).isEqualTo(new ResponseHead(200, "Purged", Map.of("x-a", "n1")));
    }

    @Test
    void equal_responses_are_the_same_object() throws IOException {
        receive(FIXED + FIXED);
        ResponseHead first = reader.poll();
        assertThat(first).isNotNull();
        assertThat(reader.poll()).isSameAs(first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
            })
    void response_that_ends_the_connection_is_the_last(String response) throws IOException {
        receive(response);
        assertThat(reader.poll()).isNotNull();
        assertThat(reader.isLast()).isTrue();
    }

    @Test
    void body_larger_than_the_limit_is_an_error() throws IOException {
        receive("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n");
        assertThatThrownBy(reader::poll).isInstanceOf(ProtocolException.class).hasMessageContaining("too large");
    }

    @Test
    void line_longer_than_the_limit_is_an_error() throws IOException {
        receiveAndPoll("HTTP/1.1 200 " + "x".repeat(16_384 - 13));
        assertThatThrownBy(() -> receive("x"))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("longer than 16384");
    }

    @Test
    void more_than_200_headers_are_an_error() {
        assertThatThrownBy(() -> receiveAndPoll("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(201)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("200 headers");
    }

    @Test
    void full_buffer_is_reported_and_grows() throws IOException {
        InputStream in = stream("HTTP/1.1 200 " + "x".repeat(10_000));
        int all = in.available();
        assertThat(reader.receive(in)).isTrue();
        int first = all - in.available();
        assertThat(reader.poll()).isNull();
        assertThat(reader.receive(in)).isTrue();
        assertThat(all - in.available()).isEqualTo(2 * first);
    }

    @Test
    void end_of_the_stream_is_an_error() {
        assertThatThrownBy(() -> receive("")).isInstanceOf(EOFException.class);
    }

    private boolean receive(String text) throws IOException {
        return reader.receive(stream(text));
    }

    /** Receives all of a text that contains no complete response. */
    private void receiveAndPoll(String text) throws IOException {
        InputStream in = stream(text);
        while (in.available() > 0) {
            reader.receive(in);
            assertThat(reader.poll()).isNull();
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }
}
