package io.freshet.quickstart;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What {@code quickstart.yml} says.
 *
 * @param data the folder that keeps everything; absolute
 * @param ports one for every {@link Port}, all different
 */
@ConfigurationProperties("freshet.quickstart")
record Settings(Path data, Map<Port, Integer> ports) {

    Settings {
        data = data.toAbsolutePath().normalize();
        ports = Map.copyOf(ports);
        List<Port> missing = missing(ports);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("freshet.quickstart.ports lacks " + missing);
        }
    }

    private static List<Port> missing(Map<Port, Integer> ports) {
        return Arrays.stream(Port.values())
                .filter(port -> !ports.containsKey(port))
                .toList();
    }

    int port(Port port) {
        return ports.getOrDefault(port, 0);
    }
}
