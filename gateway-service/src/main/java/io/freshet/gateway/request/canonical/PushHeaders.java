package io.freshet.gateway.request.canonical;

import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.problem.Violations;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Validation of the headers of pushes. Some are never allowed: they would name another object or impersonate another
 * client.
 */
@Component
class PushHeaders {

    private static final Pattern FORBIDDEN = Pattern.compile(
            "host|range|if-.*|authorization|proxy-.*|x-forwarded-.*|forwarded|connection|keep-alive|te|trailer"
                    + "|transfer-encoding|upgrade|content-length|expect|via",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[!-~](?:[ -~]{0,254}[!-~])?");

    /** Configured names by name in any case. */
    private final TreeMap<String, String> allowed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private final int maxVariants;

    PushHeaders(PushHeaderProperties properties) {
        this.maxVariants = properties.maxVariants();
        for (String name : properties.allowedHeaders()) {
            if (!NAME.matcher(name).matches() || FORBIDDEN.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "freshet.gateway.push.allowed-headers: \"" + name + "\" must not be a header of a push");
            }
            allowed.put(name, name);
        }
    }

    /**
     * Returns the headers sorted by the configured names, each value once.
     *
     * @param parent JSON pointer to the headers
     */
    SequencedMap<String, List<String>> read(String parent, Map<String, List<String>> headers) {
        Violations violations = new Violations();
        TreeMap<String, List<String>> read = new TreeMap<>();
        long variants = 1;
        for (var header : headers.entrySet()) {
            List<String> values = header.getValue().stream().distinct().toList();
            String pointer = Violation.pointer(parent, header.getKey());
            String name = allowed.get(header.getKey());
            if (name == null) {
                violations.add(Violation.at(pointer, "is not allowed; allowed are " + allowed.values()));
            } else if (read.put(name, values) != null) {
                violations.add(Violation.at(pointer, "is duplicated in different case"));
            } else if (values.isEmpty()) {
                violations.add(Violation.at(pointer, "has no value"));
            }
            checkValues(pointer, header.getValue(), violations);
            variants = Math.min(Integer.MAX_VALUE, variants * Math.max(1, values.size()));
        }
        if (variants > maxVariants) {
            violations.add(Violation.at(
                    parent,
                    String.format(
                            Locale.ROOT,
                            "have %d combinations of values; at most %d are allowed",
                            variants,
                            maxVariants)));
        }
        violations.throwIfAny();
        return read;
    }

    private static void checkValues(String pointer, List<String> values, Violations violations) {
        for (int i = 0; i < values.size(); i++) {
            if (!VALUE.matcher(values.get(i)).matches()) {
                violations.add(Violation.at(
                        pointer + '/' + i, "must be 1 to 256 visible ASCII characters, with spaces only between them"));
            }
        }
    }
}
