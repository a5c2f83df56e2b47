package io.freshet.quickstart;

import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the quickstart.
 *
 * @param data folder that keeps all data; delete it to start from scratch
 * @param ports ports that differ from the defaults, by name: gateway, l1-a and so on
 */
@ConfigurationProperties("freshet.quickstart")
record QuickstartProperties(
        @DefaultValue("freshet-data") Path data,
        @DefaultValue Map<ListenPort, Integer> ports) {

    QuickstartProperties {
        data = data.toAbsolutePath().normalize();
        ports = Map.copyOf(ports);
    }

    int port(ListenPort port) {
        return ports.getOrDefault(port, port.defaultPort());
    }
}
