package io.freshet.gateway.request;

import io.freshet.gateway.problem.Fault;
import io.freshet.gateway.problem.ProblemException;
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
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of a JSON object, read strictly: nothing is converted, nothing is ignored, and every fault is found before the first is told. A
 * value that is wrong reads as absent; {@link #end()} refuses the whole afterwards.
 */
final class Fields {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonNode root;
    /** The JSON pointer to the object. */
    private final String place;

    private final FaultList faults;
    private final Set<String> known = new HashSet<>();
    private final List<Fields> inner = new ArrayList<>();

    private Fields(JsonNode root, String place, FaultList faults) {
        this.root = root;
        this.place = place;
        this.faults = faults;
    }

    /**
     * @throws ProblemException if the body is not a JSON object
     */
    static Fields of(byte[] body) {
        JsonNode root = parse(body);
        if (!root.isObject()) {
            throw ProblemException.invalid(
                    Fault.at("", body.length == 0 ? "is empty" : "is " + kind(root) + ", not an object"));
        }
        return new Fields(root, "", new FaultList());
    }

    private static JsonNode parse(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw ProblemException.invalid(Fault.at("", "is not JSON" + place(e.getLocation()) + ": " + firstLine(e)));
        }
    }

    private static String place(@Nullable TokenStreamLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static String firstLine(JacksonException e) {
        return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    }

    /** One of the words, or null. */
    @Nullable
    String word(String name, String... words) {
        String text = text(name);
        if (text != null && !Arrays.asList(words).contains(text)) {
            faults.add(Fault.at(pointer(name), "is neither " + String.join(" nor ", words)));
            return null;
        }
        return text;
    }

    @Nullable
    String text(String name) {
        JsonNode value = value(name);
        if (value == null || value.isString()) {
            return value == null ? null : value.asString();
        }
        faults.add(Fault.at(pointer(name), "is " + kind(value) + ", not a string"));
        return null;
    }

    /** False where it is absent. */
    boolean flag(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isBoolean()) {
            faults.add(Fault.at(pointer(name), "is " + kind(value) + ", not true or false"));
        }
        return value != null && value.isBoolean() && value.asBoolean();
    }

    /** Empty where it is absent. */
    List<String> texts(String name) {
        JsonNode value = value(name);
        return value == null ? List.of() : texts(pointer(name), value);
    }

    /** A map of lists of strings. Empty where it is absent. */
    Map<String, List<String>> textsByName(String name) {
        Fields fields = fields(name);
        return fields == null ? Map.of() : fields.texts();
    }

    /** All fields, each a list of strings. */
    Map<String, List<String>> texts() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        root.properties().forEach(entry -> {
            known.add(entry.getKey());
            all.put(entry.getKey(), texts(pointer(entry.getKey()), entry.getValue()));
        });
        return all;
    }

    /** The fields of an object within this one, which {@link #end()} looks at as well. Null where it is absent. */
    @Nullable
    Fields fields(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            refuse(name, "is " + kind(value) + ", not an object");
            return null;
        }
        Fields fields = new Fields(value, pointer(name), faults);
        inner.add(fields);
        return fields;
    }

    /** Finds fault with a field that is right by itself. */
    void refuse(String name, String why) {
        faults.add(Fault.at(pointer(name), why));
    }

    private List<String> texts(String pointer, JsonNode value) {
        if (!value.isArray()) {
            faults.add(Fault.at(pointer, "is " + kind(value) + ", not an array of strings"));
            return List.of();
        }
        List<String> texts = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            JsonNode element = value.get(i);
            if (element.isString()) {
                texts.add(element.asString());
            } else {
                faults.add(Fault.at(pointer + '/' + i, "is " + kind(element) + ", not a string"));
            }
        }
        return texts;
    }

    void require(String... names) {
        Stream.of(names)
                .filter(name -> !root.has(name))
                .forEach(name -> faults.add(Fault.at(pointer(name), "is missing")));
    }

    /**
     * Call after all fields have been read.
     *
     * @throws ProblemException if any was wrong, or there are fields that nobody asked for
     */
    void end() {
        refuseUnknown();
        faults.throwIfAny();
    }

    private void refuseUnknown() {
        root.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> faults.add(Fault.at(pointer(name), "is not a field that exists here")));
        inner.forEach(Fields::refuseUnknown);
    }

    private @Nullable JsonNode value(String name) {
        known.add(name);
        return root.get(name);
    }

    private String pointer(String name) {
        return place + '/' + escaped(name);
    }

    /** As RFC 6901 writes a name. */
    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
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
