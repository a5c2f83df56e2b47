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
 * @param ports one for every {@link ListenPort}, all different
 */
@ConfigurationProperties("freshet.quickstart")
record QuickstartProperties(Path data, Map<ListenPort, Integer> ports) {

    QuickstartProperties {
        data = data.toAbsolutePath().normalize();
        ports = Map.copyOf(ports);
        List<ListenPort> missing = missing(ports);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("freshet.quickstart.ports lacks " + missing);
        }
    }

    private static List<ListenPort> missing(Map<ListenPort, Integer> ports) {
        return Arrays.stream(ListenPort.values())
                .filter(port -> !ports.containsKey(port))
                .toList();
    }

    int port(ListenPort port) {
        return ports.getOrDefault(port, 0);
    }
}
