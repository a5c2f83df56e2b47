package io.freshet.quickstart.demo;

import java.util.Locale;
import java.util.Map;

/**
 * What a client asks. No body: nothing here takes one.
 *
 * @param url path and query, as the client wrote them
 * @param headers by lower-case name
 */
record DemoRequest(String method, String url, Map<String, String> headers) {

    private static final Map<String, String> DEFAULT_PORTS = Map.of("http", ":80", "https", ":443");

    /** The header's value, or empty. */
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** {@code http}, unless whoever stands in front says otherwise. */
    String scheme() {
        return header("X-Forwarded-Proto").equals("https") ? "https" : "http";
    }

    /** In lower case, with the port if it is not the scheme's own. */
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
