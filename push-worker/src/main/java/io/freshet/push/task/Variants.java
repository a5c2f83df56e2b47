package io.freshet.push.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Combinations of header values; each variant of an object is one request. */
final class Variants {

    /** Largest number of variants; more are a mistake, or an attack on the origin. */
    static final int MAX = 64;

    /** RFC 9110, 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");

    private Variants() {}

    /**
     * Returns all combinations of the headers' values; without headers a single empty variant.
     *
     * @throws IllegalArgumentException if a header is invalid, or there are more than {@value #MAX} combinations
     */
    static List<Map<String, String>> of(Map<String, List<String>> headers) {
        List<Map<String, String>> variants = List.of(Map.of());
        for (Map.Entry<String, List<String>> header : new TreeMap<>(headers).entrySet()) {
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
                with.put(name, value);
                product.add(with);
            }
        }
        return product;
    }
}
