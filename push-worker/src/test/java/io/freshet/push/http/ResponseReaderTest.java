package io.freshet.push.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parser against valid and hostile bytes, that arrive at once or one by one. */
class ResponseReaderTest {

    /** A response as it was read. */
    private record ReadResponse(int status, String body, boolean keptAlive, boolean more) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100_000})
    void body_with_a_length_is_read_whatever_its_pieces(int piece) throws Exception {
        assertThat(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", piece))
                .isEqualTo(new ReadResponse(200, "hello", true, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100_000})
    void chunked_body_is_read_whatever_its_pieces(int piece) throws Exception {
        assertThat(read("""
                        HTTP/1.1 200 OK\r
                        Transfer-Encoding: Chunked\r
                        \r
                        5;a="b"\r
                        hello\r
                        00000c \r
                         and goodbye\r
                        0\r
                        Trailer: x\r
                        \r
                        """, piece)).isEqualTo(new ReadResponse(200, "hello and goodbye", true, false));
    }

    @Test
    void body_without_a_length_ends_with_its_connection() throws Exception {
        assertThat(read("HTTP/1.1 200 OK\r\n\r\nall of it"))
                .isEqualTo(new ReadResponse(200, "all of it", false, false));
        assertThat(read("HTTP/1.0 200 OK\r\n\r\nall of it"))
                .isEqualTo(new ReadResponse(200, "all of it", false, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void status_without_a_body_has_none_whatever_its_fields_say(int status) throws Exception {
        assertThat(read("HTTP/1.1 " + status + " X\r\nContent-Length: 5\r\n\r\n"))
                .isEqualTo(new ReadResponse(status, "", true, false));
        assertThat(read("HTTP/1.1 " + status + " X\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo(new ReadResponse(status, "", true, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0 200 OK\r\n", "HTTP/1.1 200 OK\r\nConnection: x, Close\r\n"})
    void connection_that_the_server_will_close_is_not_kept(String start) throws Exception {
        assertThat(read(start + "Content-Length: 1\r\n\r\na")).isEqualTo(new ReadResponse(200, "a", false, false));
    }

    @Test
    void response_with_both_lengths_is_read_as_chunks_and_ends_its_connection() throws Exception {
        String header = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertThat(read(header + "1\r\na\r\n0\r\n\r\n")).isEqualTo(new ReadResponse(200, "a", false, false));
    }

    @Test
    void bytes_after_the_response_are_seen() throws Exception {
        assertThat(read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK"))
                .isEqualTo(new ReadResponse(200, "a", true, true));
    }

    @Test
    void interim_responses_are_skipped() throws Exception {
        String interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 7\r\n\r\n";
        String last = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na";
        assertThat(read("HTTP/1.1 100 Continue\r\n\r\n" + interim + last))
                .isEqualTo(new ReadResponse(200, "a", true, false));
        assertThatThrownBy(() -> read(interim.repeat(9) + last)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void line_feeds_alone_and_missing_reasons_are_accepted() throws Exception {
        assertThat(read("HTTP/1.1 200\nContent-Length:\t1 \n\na")).isEqualTo(new ReadResponse(200, "a", true, false));
        assertThat(read("HTTP/1.1 599 \r\ncontent-length: 0\r\n\r\n"))
                .isEqualTo(new ReadResponse(599, "", true, false));
    }

    @Test
    void field_is_found_in_any_case_and_the_first_counts() throws Exception {
        HeaderSection header = reader(
                        "HTTP/1.1 200 OK\r\nX-Abc: \r\nx-ab:  one two\t\r\nX-AB: three\r\nContent-Length: 0\r\n\r\n", 9)
                .readHeader();
        assertThat(header.value("X-Ab")).isEqualTo("one two");
        assertThat(header.value("x-abc")).isEmpty();
        assertThat(header.value("x-a")).isNull();
        assertThat(header.value("x-abcd")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.6\n\n",
                "\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.2 200 OK\r\n\r\n",
                "http/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 -20 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"
            })
    void first_line_that_is_no_status_line_is_refused(String response) {
        assertRefused(response);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no colon",
                ": no name",
                "Content-Length : 1",
                " folded: 1",
                "Na me: 1",
                "N\u00e4me: 1",
                "Name: a\u0000b",
                "Name: a\rContent-Length: 1",
                "Name: a\u007f"
            })
    void malformed_field_is_refused(String field) {
        assertRefused("HTTP/1.1 200 OK\r\nA: b\r\n" + field + "\r\nContent-Length: 0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "0x1", "1 1", "1,1", "1.0", "1e3", "9999999999999999999", "a"})
    void invalid_length_is_refused(String length) {
        assertRefused("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\na");
    }

    @Test
    void different_lengths_are_refused_and_equal_ones_are_not() throws Exception {
        assertRefused("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
        assertThat(read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"))
                .isEqualTo(new ReadResponse(200, "a", true, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "gzip, chunked", "chunked, chunked", "identity", "xchunked", ""})
    void transfer_coding_that_was_not_asked_for_is_refused(String coding) {
        assertRefused("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "g\r\n",
                "\r\n",
                "-1\r\na\r\n0\r\n\r\n",
                "0x1\r\na\r\n0\r\n\r\n",
                "1000000000000000\r\n",
                "ffffffffffffffff\r\n",
                ";a\r\n",
                "1\r\nab\r\n0\r\n\r\n",
                "1\r\na\rb0\r\n\r\n"
            })
    void invalid_chunk_is_refused(String chunks) {
        assertRefused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'X: '",
        "'HTTP/1.1 200 ', ''",
        "'HTTP/1.1 200 OK\r\n', 'N'",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;', 'x'",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n', 'T: x\r\n'"
    })
    void endless_section_is_refused(String start, String repeated) {
        assertRefused(start + (repeated.isEmpty() ? "x" : repeated).repeat(100_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
            })
    void response_that_breaks_off_is_no_response(String response) {
        assertThatThrownBy(() -> read(response)).isInstanceOf(EOFException.class);
    }

    private static void assertRefused(String response) {
        assertThatThrownBy(() -> read(response)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> read(response, 1)).isInstanceOf(ProtocolException.class);
    }

    private static ReadResponse read(String response) throws IOException, InterruptedException {
        return read(response, Integer.MAX_VALUE);
    }

    private static ReadResponse read(String response, int piece) throws IOException, InterruptedException {
        ResponseReader reader = reader(response, piece);
        HeaderSection header = reader.readHeader();
        StringBuilder body = new StringBuilder();
        reader.readBody(header, bytes -> body.append(StandardCharsets.ISO_8859_1.decode(bytes)));
        return new ReadResponse(header.status(), body.toString(), header.isKeptAlive(), reader.hasUnreadBytes());
    }

    private static ResponseReader reader(String response, int piece) {
        ResponseReader reader = new ResponseReader();
        reader.start(new HttpConnection(
                URI.create("http://a.test:80"), new ScriptedTransport(response, piece), Duration.ofMinutes(1)));
        return reader;
    }
}
