package io.freshet.quickstart.demo;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tags of a response, in the headers that {@code freshet.vcl} reads. */
final class ResponseTags {

    private static final List<String> HEADERS =
            List.of("Cache-Tag", "Surrogate-Key", "xkey", "X-Cache-Tags", "Cache-Tags", "CDN-Tag", "X-Magento-Tags");

    private static final Pattern SEPARATOR = Pattern.compile("[\\s,]+");

    private ResponseTags() {}

    static Set<String> of(DemoResponse response) {
        return HEADERS.stream()
                .map(response::header)
                .flatMap(SEPARATOR::splitAsStream)
                .filter(Predicate.not(String::isEmpty))
                .collect(Collectors.toUnmodifiableSet());
    }
}
