package io.freshet.fleet.node;

import io.freshet.fleet.node.FleetProperties.DiscoveryProperties;
import io.freshet.fleet.validation.ConfigurationErrors;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reader of the settings of discovery. */
final class DiscoveryReader {

    /** RFC 1035, 2.3.4: 253 characters; SRV names begin with an underscore. */
    private static final Pattern DNS_NAME = Pattern.compile("(?=.{1,254}$)[A-Za-z0-9_][A-Za-z0-9_.-]*");

    private static final Pattern SERVER = Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?");
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

    private final ConfigurationErrors errors;
    private final Map<String, Driver> drivers;

    DiscoveryReader(ConfigurationErrors errors, Map<String, Driver> drivers) {
        this.errors = errors;
        this.drivers = drivers;
    }

    /** Returns what the settings say; null, with errors, if they are not valid. */
    @Nullable
    Discovery read(String at, DiscoveryProperties properties) {
        boolean srv = properties.type() == Discovery.RecordType.SRV;
        Driver driver = drivers.get(properties.driver());
        boolean valid = errors.check(
                        DNS_NAME.matcher(properties.dns()).matches(),
                        at + ".dns",
                        '"' + properties.dns() + "\" is not a DNS name")
                & errors.check(
                        srv ? properties.port() == 0 : properties.port() > 0 && properties.port() <= 65_535,
                        at + ".port",
                        srv
                                ? "must be left out: SRV records have a port"
                                : properties.port() + " is not a port from 1 to 65535; A and AAAA records have none")
                & errors.check(
                        driver != null,
                        at + ".driver",
                        '"' + properties.driver() + "\" is not under " + FleetReader.ROOT + ".drivers, which has "
                                + drivers.keySet())
                & errors.check(
                        properties.region().isEmpty() || NodeReader.isId(properties.region()),
                        at + ".region",
                        '"' + properties.region() + "\" is not a name " + NodeReader.ID)
                & errors.check(
                        properties.interval().compareTo(SHORTEST_INTERVAL) >= 0,
                        at + ".interval",
                        "is shorter than " + SHORTEST_INTERVAL)
                & errors.check(!properties.retireAfter().isNegative(), at + ".retire-after", "is negative")
                & errors.check(
                        properties.server().isEmpty()
                                || SERVER.matcher(properties.server()).matches(),
                        at + ".server",
                        '"' + properties.server() + "\" is not host:port");
        if (driver == null) {
            return null;
        }
        valid &= errors.check(
                !driver.identityHeader().isEmpty(),
                at + ".driver",
                '"' + properties.driver() + "\" has no identity-header, which tells the ids of discovered nodes");
        return valid
                ? new Discovery(
                        properties.dns(),
                        properties.type(),
                        properties.port(),
                        driver,
                        properties.region(),
                        properties.interval(),
                        properties.retireAfter(),
                        properties.server())
                : null;
    }
}
