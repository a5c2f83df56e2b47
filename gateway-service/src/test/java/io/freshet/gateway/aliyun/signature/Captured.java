package io.freshet.gateway.aliyun.signature;

import io.freshet.gateway.aliyun.call.AliyunParameters;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A request as an unmodified SDK has sent it, signed with {@link #KEY} and {@link #SECRET}. */
record Captured(String name, AliyunRequest request) {

    static final String KEY = "captured-key";
    static final String SECRET = "captured-secret-of-30-characters";

    static Stream<Captured> all() {
        try (InputStream file = Captured.class.getResourceAsStream("/aliyun/captured.txt")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.substring(2).split("\n# ")).map(Captured::parse);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Captured parse(String text) {
        String[] parts = text.stripTrailing().split("\n\n");
        String[] head = parts[0].split("\n");
        String body = parts.length > 1 ? parts[1] : "";
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 2; i < head.length; i++) {
            String[] header = head[i].split(": ", 2);
            headers.put(header[0], header[1]);
        }
        String[] line = head[1].split(" ");
        return new Captured(
                head[0],
                new AliyunRequest(
                        line[0],
                        headers,
                        AliyunParameters.parse(line[1].replaceFirst("^/\\??", "")),
                        AliyunParameters.parse(body),
                        body.getBytes(StandardCharsets.US_ASCII)));
    }

    Instant signedAt() {
        String date = request.header("x-acs-date");
        return Instant.parse(
                date != null ? date : Objects.requireNonNull(request.query().get("Timestamp")));
    }

    @Override
    public String toString() {
        return name;
    }
}
