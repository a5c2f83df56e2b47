package io.freshet.quickstart.demo;

import java.util.Locale;
import java.util.Map;

/**
 * HTTP request without a body.
 *
 * @param url path and query as sent by the client
 * @param headers by lower-case name
 */
record DemoRequest(String method, String url, Map<String, String> headers) {

    private static final Map<String, String> DEFAULT_PORTS = Map.of("http", ":80", "https", ":443");

    /** Returns the value of the header, or an empty string. */
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Returns {@code http}, unless {@code X-Forwarded-Proto} is {@code https}. */
    String scheme() {
        return header("X-Forwarded-Proto").equals("https") ? "https" : "http";
    }

    /** Returns the host in lower case, with its port if that is not the default of the scheme. */
    String host() {
        String host = header("Host").toLowerCase(Locale.ROOT);
        String port = DEFAULT_PORTS.get(scheme());
        return port != null && host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
    }

    boolean acceptsGzip() {
        return header("Accept-Encoding").contains("gzip");
    }

    String path() {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }
}
