package io.freshet.purge.driver;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** A request without a body, as it goes to a node. */
public record PurgeRequest(String method, String target, SequencedMap<String, String> headers) {

    /**
     * @throws IllegalArgumentException if anything could break out of its place in the request: see {@link #checked}
     */
    public PurgeRequest {
        checked(method, ' ');
        checked(target, ' ');
        headers.forEach((name, value) -> {
            checked(name, ' ');
            checked(value, '\u001f');
        });
    }

    static PurgeRequest of(String method, String target, String host, Map<String, String> headers) {
        SequencedMap<String, String> all = new LinkedHashMap<>();
        all.put("Host", host);
        all.putAll(headers);
        return new PurgeRequest(method, target, all);
    }

    /** Lets visible ASCII pass and nothing else, whatever validation came before: no line breaks, no second request. */
    private static void checked(String text, char above) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c > above && c < 0x7f)) {
            throw new IllegalArgumentException("refused to write this into a request: \"" + text + '"');
        }
    }
}
