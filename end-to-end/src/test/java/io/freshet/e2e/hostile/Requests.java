package io.freshet.e2e.hostile;

import io.freshet.e2e.cluster.Fleet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Texts of requests of the hostile account. */
final class Requests {

    static final String AUTHORIZATION = "Authorization: Bearer " + Fleet.HOSTILE_TOKEN + "\r\n";

    private static final String HOST = "Host: gateway\r\n";

    private Requests() {}

    static String get(String path, String headers) {
        return "GET " + path + " HTTP/1.1\r\n" + HOST + headers + "\r\n";
    }

    static String post(String path, String body) {
        return postHead(path, body.length()) + body;
    }

    static String postHead(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\n" + HOST + AUTHORIZATION
                + "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n";
    }

    /** Returns the body of a refresh of URLs of about this length. */
    static String urls(int count, int length) {
        String url = "http://hostile.test/" + "x".repeat(length) + "/";
        return IntStream.range(0, count)
                .mapToObj(i -> '"' + url + i + '"')
                .collect(Collectors.joining(",", "{\"type\": \"url\", \"objects\": [", "]}"));
    }
}
