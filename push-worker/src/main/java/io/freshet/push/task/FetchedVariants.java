package io.freshet.push.task;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Variants of one object that a node has been asked for. What differs only in headers that no response varies by is the
 * same copy in the node's cache, and need not be fetched twice.
 */
final class FetchedVariants {

    private static final int KB = 1_000;

    /** Headers that tell variants apart, in any case: those that are required, and those that responses vary by. */
    private final Set<String> varying = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private final List<FetchedVariant> fetched = new ArrayList<>();

    FetchedVariants(Set<String> required) {
        varying.addAll(required);
    }

    private record FetchedVariant(
            Map<String, String> headers, @Nullable String encoding, long bytes) {}

    /** Returns whether the node has a variant already, by the responses so far. */
    boolean has(Map<String, String> variant) {
        return !fetched.isEmpty()
                && fetched.stream()
                        .anyMatch(each -> varying.stream()
                                .allMatch(header ->
                                        Objects.equals(value(each.headers(), header), value(variant, header))));
    }

    private static @Nullable String value(Map<String, String> headers, String name) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /**
     * Adds a variant.
     *
     * @param vary names of headers that the response depends on
     * @param encoding of the response's body; null for none
     */
    void add(Map<String, String> variant, Set<String> vary, @Nullable String encoding, long bytes) {
        varying.addAll(vary);
        fetched.add(new FetchedVariant(variant, encoding, bytes));
    }

    /** Returns the bytes of all variants. */
    long bytes() {
        long sum = 0;
        for (FetchedVariant each : fetched) {
            sum += each.bytes();
        }
        return sum;
    }

    /** Returns what each variant is and how large; null if they do not differ. */
    @Nullable
    String description() {
        if (fetched.size() < 2) {
            return null;
        }
        SequencedSet<String> parts = new LinkedHashSet<>();
        fetched.forEach(each -> parts.add(describe(each)));
        return parts.size() < 2 ? null : String.join(", ", parts);
    }

    /** An encoding is named as the response has it, since an origin need not know all that are accepted. */
    private String describe(FetchedVariant each) {
        StringBuilder text = new StringBuilder();
        for (String header : varying) {
            String value = value(each.headers(), header);
            if (header.equalsIgnoreCase(Variants.ACCEPT_ENCODING)) {
                text.append(each.encoding() == null ? "not compressed" : each.encoding())
                        .append(' ');
            } else if (value != null) {
                text.append(value).append(' ');
            }
        }
        return text.append(size(each.bytes())).toString();
    }

    private static String size(long bytes) {
        return bytes < KB
                ? bytes + " B"
                : bytes < KB * KB
                        ? String.format(Locale.ROOT, "%.1f kB", (double) bytes / KB)
                        : String.format(Locale.ROOT, "%.1f MB", (double) bytes / KB / KB);
    }
}
