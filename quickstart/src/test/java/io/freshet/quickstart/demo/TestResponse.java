package io.freshet.quickstart.demo;

import java.util.Map;

/** Response as a client of a cache sees it. */
public record TestResponse(int status, Map<String, String> headers, String body) {

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public String cache() {
        return header("x-cache");
    }
}
