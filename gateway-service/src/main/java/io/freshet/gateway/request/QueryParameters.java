package io.freshet.gateway.request;

import io.freshet.gateway.problem.Fault;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/** The parameters of a query, read strictly: each at most once, of the right form, and none that does not exist. */
public final class QueryParameters {

    private final MultiValueMap<String, String> all;
    private final FaultList faults = new FaultList();
    private final Set<String> known = new HashSet<>();
    private final Map<String, String> read = new LinkedHashMap<>();

    private QueryParameters(MultiValueMap<String, String> all) {
        this.all = all;
    }

    public static QueryParameters of(MultiValueMap<String, String> all) {
        return new QueryParameters(all);
    }

    /** One of an enumeration's words, which are its names in lower case. */
    public <E extends Enum<E>> QueryParameters word(String name, Class<E> type) {
        List<String> words = Arrays.stream(type.getEnumConstants())
                .map(word -> word.name().toLowerCase(Locale.ROOT))
                .toList();
        return value(name, "is none of " + words, text -> words.contains(text) ? text : null);
    }

    /** Visible ASCII of at most this length. */
    public QueryParameters text(String name, int maxLength) {
        return value(
                name,
                "is not 1 to " + maxLength + " visible ASCII characters",
                text -> text.matches("[!-~]{1," + maxLength + "}") ? text : null);
    }

    /** A whole number in this range, both ends included. */
    public QueryParameters number(String name, int min, int max) {
        return value(
                name,
                "is no whole number between " + min + " and " + max,
                text -> text.matches("[0-9]{1,9}") && Integer.parseInt(text) >= min && Integer.parseInt(text) <= max
                        ? Integer.toString(Integer.parseInt(text))
                        : null);
    }

    /** A point in time as RFC 3339 writes it, with any offset. */
    public QueryParameters instant(String name) {
        return value(name, "is no time such as 2026-11-22T10:15:30Z", QueryParameters::instantOrNull);
    }

    private static @Nullable String instantOrNull(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant().toString();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** A URL, brought into canonical form. */
    public QueryParameters url(String name, Canonicaliser canonicaliser) {
        return value(name, "is no URL that an object can have", canonicaliser::canonicalUrl);
    }

    /** The parameters that were there, in canonical form; call after all have been read, for it refuses any other and all that is wrong. */
    public Map<String, String> end() {
        all.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> faults.add(Fault.parameter(
                        name,
                        known.isEmpty()
                                ? "does not exist; there are no parameters here"
                                : "does not exist; there are "
                                        + known.stream().sorted().collect(Collectors.joining(", ")))));
        faults.throwIfAny();
        return read;
    }

    private QueryParameters value(String name, String otherwise, Function<String, @Nullable String> canonical) {
        known.add(name);
        List<String> values = all.getOrDefault(name, List.of());
        if (values.size() > 1) {
            faults.add(Fault.parameter(name, "is there " + values.size() + " times"));
        } else if (values.size() == 1) {
            String value = values.getFirst() == null ? null : canonical.apply(values.getFirst());
            if (value == null) {
                faults.add(Fault.parameter(name, otherwise));
            } else {
                read.put(name, value);
            }
        }
        return this;
    }
}
