package io.freshet.gateway.request.json;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.problem.Violations;
import io.freshet.gateway.request.object.LimitProperties;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object that is read strictly: no value is converted and no field is ignored. An invalid value reads as absent;
 * {@link #verify()} throws all violations.
 */
final class StrictJsonObject {

    /** Bounds the heap of the tree, which can be many times the size of the body. */
    private static final int MAX_TOKENS = 2 * LimitProperties.MAX_OBJECTS;

    private static final int MAX_DEPTH = 16;

    /** More than any rate per second. */
    private static final long MAX_NUMBER = 1_000_000_000_000_000L;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(MAX_TOKENS)
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonNode root;
    /** JSON pointer to the object. */
    private final String pointer;

    private final Violations violations;
    private final Set<String> known = new HashSet<>();
    private final List<StrictJsonObject> nested = new ArrayList<>();

    private StrictJsonObject(JsonNode root, String pointer, Violations violations) {
        this.root = root;
        this.pointer = pointer;
        this.violations = violations;
    }

    /**
     * Parses a body.
     *
     * @throws ProblemException if the body is not a JSON object
     */
    static StrictJsonObject of(byte[] body) {
        JsonNode root = parse(body);
        if (!root.isObject()) {
            throw ProblemException.invalid(
                    Violation.at("", body.length == 0 ? "is empty" : "is " + kind(root) + ", not an object"));
        }
        return new StrictJsonObject(root, "", new Violations());
    }

    private static JsonNode parse(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (StreamConstraintsException e) {
            throw ProblemException.invalid(Violation.at(
                    "", "has more than " + MAX_TOKENS + " JSON tokens, or is nested deeper than " + MAX_DEPTH));
        } catch (JacksonException e) {
            throw ProblemException.invalid(
                    Violation.at("", "is not JSON" + location(e.getLocation()) + ": " + firstLine(e)));
        }
    }

    private static String location(@Nullable TokenStreamLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static String firstLine(JacksonException e) {
        return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    }

    /** Returns one of the values, or null. */
    @Nullable
    String enumValue(String name, String... values) {
        String text = string(name);
        if (text != null && !Arrays.asList(values).contains(text)) {
            violations.add(Violation.at(
                    pointer(name),
                    values.length == 2
                            ? "is neither " + String.join(" nor ", values)
                            : "is none of " + String.join(", ", values)));
            return null;
        }
        return text;
    }

    @Nullable
    String string(String name) {
        JsonNode value = value(name);
        if (value == null || value.isString()) {
            return value == null ? null : value.asString();
        }
        violations.add(Violation.at(pointer(name), "is " + kind(value) + ", not a string"));
        return null;
    }

    /** Returns a time with its offset from UTC; null if it is absent. */
    @Nullable
    Instant instant(String name) {
        String text = string(name);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            addViolation(name, "is not a time such as 2026-12-01T06:00:00Z or 2026-12-01T07:00:00+01:00 (RFC 3339)");
            return null;
        }
    }

    /** Returns a whole number from 1 to 2^31 - 1; null if it is absent. */
    @Nullable
    Integer positiveInteger(String name) {
        Long number = positive(name, Integer.MAX_VALUE);
        return number == null ? null : number.intValue();
    }

    /** Returns a whole number from 1 to 10^15; null if it is absent. */
    @Nullable
    Long positive(String name) {
        return positive(name, MAX_NUMBER);
    }

    private @Nullable Long positive(String name, long max) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 1 || value.asLong() > max) {
            addViolation(name, "must be a whole number from 1 to " + max);
            return null;
        }
        return value.asLong();
    }

    /** Returns a boolean; false if it is absent. */
    boolean bool(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isBoolean()) {
            violations.add(Violation.at(pointer(name), "is " + kind(value) + ", not true or false"));
        }
        return value != null && value.isBoolean() && value.asBoolean();
    }

    /** Returns a list of strings; empty if it is absent. */
    List<String> strings(String name) {
        JsonNode value = value(name);
        return value == null ? List.of() : strings(pointer(name), value);
    }

    /** Returns a list of strings; null if it is absent. */
    @Nullable
    List<String> optionalStrings(String name) {
        return root.has(name) ? strings(name) : null;
    }

    /** Returns a map of lists of strings; empty if it is absent. */
    Map<String, List<String>> stringsByName(String name) {
        StrictJsonObject object = object(name);
        return object == null ? Map.of() : object.strings();
    }

    /** Returns all fields, each a list of strings. */
    Map<String, List<String>> strings() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        root.properties().forEach(entry -> {
            known.add(entry.getKey());
            all.put(entry.getKey(), strings(pointer(entry.getKey()), entry.getValue()));
        });
        return all;
    }

    /** Returns a nested object, which {@link #verify()} includes; null if it is absent. */
    @Nullable
    StrictJsonObject object(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            addViolation(name, "is " + kind(value) + ", not an object");
            return null;
        }
        StrictJsonObject object = new StrictJsonObject(value, pointer(name), violations);
        nested.add(object);
        return object;
    }

    /** Adds a violation of a rule that concerns several fields. */
    void addViolation(String name, String detail) {
        violations.add(Violation.at(pointer(name), detail));
    }

    private List<String> strings(String pointer, JsonNode value) {
        if (!value.isArray()) {
            violations.add(Violation.at(pointer, "is " + kind(value) + ", not an array of strings"));
            return List.of();
        }
        List<String> strings = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            JsonNode element = value.get(i);
            if (element.isString()) {
                strings.add(element.asString());
            } else {
                violations.add(Violation.at(pointer + '/' + i, "is " + kind(element) + ", not a string"));
            }
        }
        return strings;
    }

    void require(String... names) {
        Stream.of(names)
                .filter(name -> !root.has(name))
                .forEach(name -> violations.add(Violation.at(pointer(name), "is missing")));
    }

    /**
     * Throws all violations. Call after all fields have been read.
     *
     * @throws ProblemException if a field is invalid or unknown
     */
    void verify() {
        addUnknownFields();
        violations.throwIfAny();
    }

    private void addUnknownFields() {
        root.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> violations.add(Violation.at(pointer(name), "is an unknown field")));
        nested.forEach(StrictJsonObject::addUnknownFields);
    }

    private @Nullable JsonNode value(String name) {
        known.add(name);
        return root.get(name);
    }

    private String pointer(String name) {
        return Violation.pointer(pointer, name);
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case MISSING -> "missing";
        };
    }
}
