package io.freshet.quickstart;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the quickstart.
 *
 * @param data Folder that keeps all data between starts. Delete it to start from scratch.
 * @param ports Ports on the loopback address; all different.
 */
@ConfigurationProperties("freshet.quickstart")
record QuickstartProperties(
        @DefaultValue("freshet-data") Path data,
        @NestedConfigurationProperty @DefaultValue PortProperties ports) {

    QuickstartProperties {
        data = data.toAbsolutePath().normalize();
    }

    int port(ListenPort port) {
        return port.number(ports);
    }
}
