package io.freshet.quickstart.demo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * HTTP response of a demo server.
 *
 * @param headers by name, in any case
 * @param body never modified
 */
@SuppressWarnings("ArrayRecordComponent")
record DemoResponse(int status, Map<String, String> headers, byte[] body) {

    private static final Set<String> OF_ONE_CONNECTION =
            Set.of("connection", "keep-alive", "transfer-encoding", "content-length");

    DemoResponse {
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = copy;
    }

    static DemoResponse text(int status, String text) {
        return new DemoResponse(
                status,
                Map.of("Content-Type", "text/plain; charset=utf-8"),
                (text + '\n').getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the value of the header, or an empty string. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Returns a copy without hop-by-hop headers. */
    DemoResponse withoutConnectionHeaders() {
        DemoResponse answer = new DemoResponse(status, headers, body);
        answer.headers.keySet().removeAll(OF_ONE_CONNECTION);
        return answer;
    }

    /** Returns the response for a client that does not accept gzip. */
    DemoResponse decompressed() {
        if (!header("Content-Encoding").equals("gzip")) {
            return this;
        }
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
            DemoResponse answer = new DemoResponse(status, headers, gzip.readAllBytes());
            answer.headers.remove("Content-Encoding");
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DemoResponse with(String name, String value) {
        DemoResponse answer = new DemoResponse(status, headers, body);
        answer.headers.put(name, value);
        return answer;
    }
}
