package io.freshet.gateway.aliyun.signature;

import io.freshet.gateway.aliyun.call.Parameters;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** How both versions of the signature write parameters. */
final class Encoding {

    private Encoding() {}

    /** RFC 3986, in which only letters, digits and {@code -_.~} stay. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** Sorted by name, encoded, joined. */
    static String canonical(Parameters parameters, Predicate<Map.Entry<String, String>> which) {
        StringBuilder canonical = new StringBuilder();
        for (var parameter : new TreeMap<>(parameters.all()).entrySet()) {
            if (which.test(parameter)) {
                canonical
                        .append(canonical.isEmpty() ? "" : "&")
                        .append(encoded(parameter.getKey()))
                        .append('=')
                        .append(encoded(parameter.getValue()));
            }
        }
        return canonical.toString();
    }
}
