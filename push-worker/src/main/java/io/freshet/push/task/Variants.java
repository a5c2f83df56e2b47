package io.freshet.push.task;

import io.freshet.contracts.message.PushCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Combinations of header values; each variant of an object is one request.
 *
 * @param combinations values by header; a header without a value is not sent
 * @param required headers, in any case, whose values are all fetched. Those of others are fetched if a response varies
 *     by the header
 */
record Variants(List<Map<String, String>> combinations, Set<String> required) {

    /** Largest number of variants; more are a mistake, or an attack on the origin. */
    static final int MAX = 64;

    static final String ACCEPT_ENCODING = "Accept-Encoding";

    /** Values that browsers send over TLS and without, and none, as other clients. */
    private static final List<String> ENCODINGS = List.of("gzip, deflate, br, zstd", "gzip, deflate", "");

    /** RFC 9110, 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");

    /**
     * Returns the variants of a push: all combinations of the values that its request names and that its domain
     * declares, and of the encodings that browsers accept if neither does.
     *
     * @throws IllegalArgumentException if a header is invalid, or there are more than {@value #MAX} combinations
     */
    static Variants of(PushCommand command) {
        Set<String> required = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        required.addAll(command.headers().keySet());
        SortedMap<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.put(ACCEPT_ENCODING, ENCODINGS);
        all.putAll(command.variants());
        all.putAll(command.headers());
        return new Variants(product(all), required);
    }

    /** Returns the variants for a node that keeps one copy for all encodings. */
    Variants ofOneEncoding() {
        if (required.contains(ACCEPT_ENCODING)) {
            return this;
        }
        String first = combinations.getFirst().getOrDefault(ACCEPT_ENCODING, "");
        return new Variants(
                combinations.stream()
                        .filter(each -> each.getOrDefault(ACCEPT_ENCODING, "").equals(first))
                        .toList(),
                required);
    }

    private static List<Map<String, String>> product(SortedMap<String, List<String>> headers) {
        List<Map<String, String>> variants = List.of(Map.of());
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            check(header.getKey(), header.getValue());
            if ((long) variants.size() * header.getValue().size() > MAX) {
                throw new IllegalArgumentException("the headers make more than " + MAX + " variants");
            }
            variants = times(variants, header.getKey(), header.getValue());
        }
        return variants;
    }

    private static void check(String name, List<String> values) {
        if (!TOKEN.matcher(name).matches() || values.isEmpty()) {
            throw new IllegalArgumentException("header \"" + name + "\" is no HTTP token or has no value");
        }
        for (String value : values) {
            if (!VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("header " + name + " has a value that is not visible ASCII");
            }
        }
    }

    private static List<Map<String, String>> times(
            List<Map<String, String>> variants, String name, List<String> values) {
        List<Map<String, String>> product = new ArrayList<>();
        for (Map<String, String> variant : variants) {
            for (String value : values) {
                Map<String, String> with = new LinkedHashMap<>(variant);
                if (!value.isEmpty()) {
                    with.put(name, value);
                }
                product.add(with);
            }
        }
        return product;
    }
}
