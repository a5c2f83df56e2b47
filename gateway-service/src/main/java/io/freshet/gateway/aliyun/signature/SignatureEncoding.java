package io.freshet.gateway.aliyun.signature;

import io.freshet.gateway.aliyun.call.AliyunParameters;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Encoding of parameters in both versions of the signature. */
final class SignatureEncoding {

    private SignatureEncoding() {}

    /** Percent-encodes as RFC 3986 says: all but letters, digits and {@code -_.~}. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** Returns the selected parameters, encoded and sorted by name. */
    static String canonical(AliyunParameters parameters, Predicate<Map.Entry<String, String>> selected) {
        StringBuilder canonical = new StringBuilder();
        for (var parameter : new TreeMap<>(parameters.all()).entrySet()) {
            if (selected.test(parameter)) {
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
