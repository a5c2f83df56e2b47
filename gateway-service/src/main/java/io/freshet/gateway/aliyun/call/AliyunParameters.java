package io.freshet.gateway.aliyun.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Parameters by name, each at most once. An empty one counts as absent, since some SDKs send it without signing it.
 *
 * @param all all parameters, also the empty ones
 */
public record AliyunParameters(SequencedMap<String, String> all) {

    /**
     * Parses the parameters of a form or query.
     *
     * @throws AliyunException if one is duplicated or not percent-encoded
     */
    public static AliyunParameters parse(String text) {
        SequencedMap<String, String> all = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                put(
                        all,
                        decoded(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return new AliyunParameters(all);
    }

    private static void put(Map<String, String> all, String name, String value) {
        if (all.putIfAbsent(name, value) != null) {
            throw new AliyunException(AliyunErrorCode.INVALID_PARAMETER, "The parameter " + name + " is duplicated.");
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new AliyunException(
                    AliyunErrorCode.INVALID_PARAMETER,
                    "The query or the form is not percent-encoded: " + e.getMessage());
        }
    }

    /** Returns the parameters of both; none may be in both. */
    public AliyunParameters and(AliyunParameters others) {
        SequencedMap<String, String> both = new LinkedHashMap<>(all);
        others.all.forEach((name, value) -> put(both, name, value));
        return new AliyunParameters(both);
    }

    /** Returns the value; null if it is absent or empty. */
    public @Nullable String get(String name) {
        String value = all.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /**
     * Returns the value.
     *
     * @throws AliyunException if it is absent or empty
     */
    public String required(String name) {
        String value = get(name);
        if (value == null) {
            throw new AliyunException(
                    AliyunErrorCode.MISSING_PARAMETER, "The parameter " + name + " is mandatory for this action.");
        }
        return value;
    }

    /** Returns a boolean; false if it is absent. */
    public boolean bool(String name) {
        String value = get(name);
        return switch (value == null ? "false" : value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(name, "must be true or false");
        };
    }

    /** Returns a whole number in this range, both ends included. */
    public int number(String name, int min, int max, int otherwise) {
        String value = get(name);
        if (value == null) {
            return otherwise;
        }
        int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : -1;
        if (number < min || number > max) {
            throw invalid(name, "must be a whole number between " + min + " and " + max);
        }
        return number;
    }

    private static AliyunException invalid(String name, String detail) {
        return new AliyunException(AliyunErrorCode.INVALID_PARAMETER, "The parameter " + name + ' ' + detail + '.');
    }
}
