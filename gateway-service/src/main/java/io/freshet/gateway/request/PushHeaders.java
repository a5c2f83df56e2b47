package io.freshet.gateway.request;

import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.problem.Fault;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Which headers a push may set. A few never, whatever the configuration says: they name another object, or speak for someone else. */
@Component
class PushHeaders {

    private static final Pattern NEVER = Pattern.compile(
            "host|range|if-.*|authorization|proxy-.*|x-forwarded-.*|forwarded|connection|keep-alive|te|trailer"
                    + "|transfer-encoding|upgrade|content-length|expect|via",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[!-~](?:[ -~]{0,254}[!-~])?");

    /** By name in any case; the value is the name as configured. */
    private final TreeMap<String, String> allowed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private final int maxVariants;

    PushHeaders(GatewayProperties properties) {
        this.maxVariants = properties.push().variants();
        for (String name : properties.push().headers()) {
            if (!NAME.matcher(name).matches() || NEVER.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "freshet.gateway.push.headers: \"" + name + "\" cannot be a header of a push");
            }
            allowed.put(name, name);
        }
    }

    /**
     * The headers under the names of the configuration, sorted, each value once.
     *
     * @param place the JSON pointer to them
     */
    SequencedMap<String, List<String>> read(String place, Map<String, List<String>> headers) {
        FaultList faults = new FaultList();
        TreeMap<String, List<String>> read = new TreeMap<>();
        long variants = 1;
        for (var header : headers.entrySet()) {
            List<String> values = header.getValue().stream().distinct().toList();
            String pointer = place + '/' + Fields.escaped(header.getKey());
            String name = allowed.get(header.getKey());
            if (name == null) {
                faults.add(Fault.at(pointer, "may not be set; allowed are " + allowed.values()));
            } else if (read.put(name, values) != null) {
                faults.add(Fault.at(pointer, "is there twice, in different case"));
            } else if (values.isEmpty()) {
                faults.add(Fault.at(pointer, "has no value"));
            }
            refuseBadValues(pointer, header.getValue(), faults);
            variants = Math.min(Integer.MAX_VALUE, variants * Math.max(1, values.size()));
        }
        if (variants > maxVariants) {
            faults.add(Fault.at(
                    place,
                    String.format(
                            Locale.ROOT,
                            "make %d combinations of values; at most %d are allowed",
                            variants,
                            maxVariants)));
        }
        faults.throwIfAny();
        return read;
    }

    private static void refuseBadValues(String pointer, List<String> values, FaultList faults) {
        for (int i = 0; i < values.size(); i++) {
            if (!VALUE.matcher(values.get(i)).matches()) {
                faults.add(Fault.at(
                        pointer + '/' + i, "is not 1 to 256 visible ASCII characters, with spaces only between them"));
            }
        }
    }
}
