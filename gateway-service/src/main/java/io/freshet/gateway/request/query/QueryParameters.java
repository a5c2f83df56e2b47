package io.freshet.gateway.request.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.url.Canonicaliser;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.problem.Violations;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
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
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The parameters of a query, read strictly: each at most once, valid, and none that is unknown. They are decoded as RFC
 * 3986 says, so a plus sign is a plus sign: Spring would decode it as a blank, and a URL with a plus would not be
 * found.
 */
public final class QueryParameters {

    private final Map<String, List<String>> all;
    private final Violations violations = new Violations();
    private final Set<String> known = new HashSet<>();
    private final Map<String, String> read = new LinkedHashMap<>();

    private QueryParameters(Map<String, List<String>> all) {
        this.all = all;
    }

    /** Returns the parameters of the request. */
    public static QueryParameters of(ServerHttpRequest request) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        String query = request.getURI().getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                all.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
            }
        }
        return new QueryParameters(all);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Reads a constant of an enumeration by its name in lower case, with dashes. */
    public <E extends Enum<E>> QueryParameters enumValue(String name, Class<E> type) {
        List<String> values = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        return value(name, "is none of " + values, text -> values.contains(text) ? text : null);
    }

    /** Reads {@code true} or {@code false}. */
    public QueryParameters flag(String name) {
        return value(name, "must be true or false", text -> text.matches("true|false") ? text : null);
    }

    /** Reads visible ASCII of at most this length. */
    public QueryParameters string(String name, int maxLength) {
        return value(
                name,
                "must be 1 to " + maxLength + " visible ASCII characters",
                text -> text.matches("[!-~]{1," + maxLength + "}") ? text : null);
    }

    /** Reads any text of at most this length. */
    public QueryParameters text(String name, int maxLength) {
        return value(
                name,
                "must be 1 to " + maxLength + " characters",
                text -> text.isEmpty() || text.length() > maxLength ? null : text);
    }

    /** Reads a whole number in this range, both ends included. */
    public QueryParameters number(String name, int min, int max) {
        return value(
                name,
                "must be a whole number between " + min + " and " + max,
                text -> text.matches("[0-9]{1,9}") && Integer.parseInt(text) >= min && Integer.parseInt(text) <= max
                        ? Integer.toString(Integer.parseInt(text))
                        : null);
    }

    /** Reads a point in time (RFC 3339) with any offset. */
    public QueryParameters instant(String name) {
        return value(name, "must be a time such as 2026-11-22T10:15:30Z", QueryParameters::instantOrNull);
    }

    private static @Nullable String instantOrNull(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant().toString();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Reads an object and brings it into canonical form: that of the {@code type}, if it has been read. */
    public QueryParameters object(String name, Canonicaliser canonicaliser) {
        @Nullable String type = read.get("type");
        @Nullable Selector selector = type == null ? null : Selector.of(type);
        return value(
                name,
                "must be a valid http or https URL, a host, a domain, or a tag with its domain (www.example.com%23news)",
                text -> ObjectName.canonical(canonicaliser, selector, text));
    }

    /**
     * Returns the given parameters in canonical form. Call after all have been read.
     *
     * @throws io.freshet.gateway.problem.ProblemException if one is invalid or unknown
     */
    public Map<String, String> verify() {
        all.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> violations.add(Violation.parameter(
                        name,
                        known.isEmpty()
                                ? "is an unknown parameter; no parameters are allowed"
                                : "is an unknown parameter; allowed are "
                                        + known.stream().sorted().collect(Collectors.joining(", ")))));
        violations.throwIfAny();
        return read;
    }

    private QueryParameters value(String name, String otherwise, Function<String, @Nullable String> canonical) {
        known.add(name);
        List<String> values = all.getOrDefault(name, List.of());
        if (values.size() > 1) {
            violations.add(Violation.parameter(name, "is duplicated"));
        } else if (values.size() == 1) {
            String value = canonical.apply(values.getFirst());
            if (value == null) {
                violations.add(Violation.parameter(name, otherwise));
            } else {
                read.put(name, value);
            }
        }
        return this;
    }
}
