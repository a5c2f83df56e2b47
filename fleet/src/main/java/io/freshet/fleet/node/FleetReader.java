package io.freshet.fleet.node;

import io.freshet.fleet.node.FleetProperties.DirectoryProperties;
import io.freshet.fleet.node.FleetProperties.DriverProperties;
import io.freshet.fleet.node.FleetProperties.FlushProperties;
import io.freshet.fleet.node.FleetProperties.LookProperties;
import io.freshet.fleet.node.FleetProperties.NodeEntryProperties;
import io.freshet.fleet.node.FleetProperties.RestartTokenProperties;
import io.freshet.fleet.node.FleetProperties.TierProperties;
import io.freshet.fleet.validation.ConfigurationErrors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Turns {@code freshet.fleet} into a fleet, or says what is wrong with each line. */
public final class FleetReader {

    public static final String ROOT = "freshet.fleet";

    /** RFC 9110, 5.6.2. */
    private static final Pattern HTTP_TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern VISIBLE_ASCII_OR_SPACE = Pattern.compile("[\\x20-\\x7e]*");

    private final ConfigurationErrors errors;

    public FleetReader(ConfigurationErrors errors) {
        this.errors = errors;
    }

    public Fleet read(FleetProperties properties) {
        Map<String, Driver> drivers = new HashMap<>();
        properties.drivers().forEach((name, driver) -> drivers.put(name, widened(name, driver)));
        errors.check(
                !properties.tiers().isEmpty(),
                ROOT + ".tiers",
                "names no tier; a fleet has at least one, parents first");
        NodeReader nodes = new NodeReader(errors, drivers);
        DiscoveryReader discoveries = new DiscoveryReader(errors, drivers);
        List<Tier> tiers = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < properties.tiers().size(); i++) {
            TierProperties tier = properties.tiers().get(i);
            String at = ROOT + ".tiers[" + i + "]";
            errors.check(
                    NodeReader.isId(tier.name()),
                    at + ".name",
                    quoted(tier.name()) + " is not a name " + NodeReader.ID);
            errors.check(names.add(tier.name()), at + ".name", quoted(tier.name()) + " is another tier's name, too");
            tiers.add(new Tier(
                    tier.name(),
                    tier.pushRouting(),
                    tier.newNodes(),
                    nodes(at, tier.nodes(), nodes),
                    tier.discovery() == null ? null : discoveries.read(at + ".discovery", tier.discovery())));
        }
        return new Fleet(tiers, drivers);
    }

    private List<Node> nodes(String tier, List<NodeEntryProperties> properties, NodeReader reader) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < properties.size(); i++) {
            NodeEntryProperties entry = properties.get(i);
            Node node = reader.read(
                    tier + ".nodes[" + i + "].", entry.id(), entry.address(), entry.driver(), entry.region());
            if (node != null) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    private Driver widened(String name, DriverProperties properties) {
        Driver driver = driver(name, properties);
        properties.wider().forEach((narrower, wider) -> {
            String at = ROOT + ".drivers." + name + ".wider." + narrower;
            errors.check(!driver.supports(narrower), at, "is a type that the driver purges by as it is");
            errors.check(
                    Driver.Wider.contains(wider, narrower),
                    at,
                    "is " + wider + ", which does not contain " + narrower
                            + "; ignore-query and prefix may be directory or host; directory, regex and tag may be"
                            + " host");
            errors.check(driver.supports(wider), at, "is " + wider + ", which the driver cannot purge by");
        });
        return properties.wider().isEmpty() ? driver : new Driver.Wider(driver, properties.wider());
    }

    private Driver driver(String name, DriverProperties properties) {
        String at = ROOT + ".drivers." + name;
        return switch (properties.type()) {
            case VARNISH -> {
                secret(at, properties.token(), "Varnish");
                yield new Driver.Varnish(name, properties.token());
            }
            case HTTP -> http(at, name, properties);
            case TRAFFIC_SERVER -> {
                secret(at, properties.token(), "Traffic Server");
                refuseSettingsOfHttp(at, properties);
                errors.check(properties.variant().isEmpty(), at + ".variant", "is a setting of type squid");
                yield new Driver.TrafficServer(
                        name,
                        properties.token(),
                        properties.hostPurge(),
                        restartToken(at, properties, Driver.TrafficServer.RESTART_TOKEN));
            }
            case SQUID -> {
                secret(at, properties.token(), "Squid");
                refuseSettingsOfHttp(at, properties);
                errors.check(!properties.hostPurge(), at + ".host-purge", "is a setting of type traffic-server");
                variant(at + ".variant", properties.variant());
                yield new Driver.Squid(
                        name,
                        properties.token(),
                        properties.variant(),
                        restartToken(at, properties, Driver.Squid.RESTART_TOKEN));
            }
            case null -> {
                errors.add(at + ".type", "is missing; it is varnish, traffic-server, squid or http");
                yield new Driver.Varnish(name, "");
            }
        };
    }

    private void secret(String at, String token, String server) {
        errors.check(
                VISIBLE_ASCII.matcher(token).matches(),
                at + ".token",
                "is not a token of visible ASCII; it is the one that the " + server + " nodes have");
    }

    /** The driver itself knows the requests of its server. */
    private void refuseSettingsOfHttp(String at, DriverProperties properties) {
        errors.check(properties.headers().isEmpty(), at + ".headers", "is a setting of type http");
        errors.check(properties.directory() == null, at + ".directory", "is a setting of type http");
        errors.check(properties.flush() == null, at + ".flush", "is a setting of type http");
        errors.check(properties.look() == null, at + ".look", "is a setting of type http");
    }

    private void variant(String at, Map<String, String> variant) {
        headers(at, variant);
        variant.forEach((header, value) -> errors.check(!value.isBlank(), at + "." + header, "has no value"));
    }

    /** Returns the restart token of a server whose page is known; each of its settings may be another. */
    private Driver.RestartToken restartToken(String at, DriverProperties properties, Driver.RestartToken usual) {
        RestartTokenProperties own = properties.restartToken();
        if (own == null) {
            return usual;
        }
        Driver.RestartToken read = restartToken(
                at + ".restart-token",
                new RestartTokenProperties(
                        own.path().isEmpty() ? usual.path() : own.path(),
                        own.pattern().isEmpty() ? usual.pattern().pattern() : own.pattern(),
                        own.rewind()));
        return read == null ? usual : read;
    }

    private Driver http(String at, String name, DriverProperties properties) {
        token(at + ".method", properties.method());
        if (!properties.identityHeader().isEmpty()) {
            token(at + ".identity-header", properties.identityHeader());
        }
        headers(at + ".headers", properties.headers());
        DirectoryProperties directory = properties.directory();
        if (directory != null) {
            token(at + ".directory.method", directory.method());
            errors.check(
                    directory.pathSuffix().isEmpty()
                            || VISIBLE_ASCII.matcher(directory.pathSuffix()).matches(),
                    at + ".directory.path-suffix",
                    "is not visible ASCII");
        }
        return new Driver.Http(
                name,
                properties.method(),
                properties.headers(),
                directory == null ? null : new Driver.DirectoryPurge(directory.method(), directory.pathSuffix()),
                properties.identityHeader(),
                flush(at + ".flush", properties.flush()),
                restartToken(at + ".restart-token", properties.restartToken()),
                look(at + ".look", properties.look()));
    }

    private Driver.@Nullable LookRequest look(String at, @Nullable LookProperties look) {
        if (look == null) {
            return null;
        }
        token(at + ".method", look.method());
        headers(at + ".headers", look.headers());
        errors.check(
                look.absentStatus() >= 400 && look.absentStatus() <= 599,
                at + ".absent-status",
                look.absentStatus() + " is not an HTTP status between 400 and 599");
        if (!look.cacheHeader().isEmpty()) {
            token(at + ".cache-header", look.cacheHeader());
        }
        return new Driver.LookRequest(
                look.method(), look.headers(), look.absentStatus(), look.cacheHeader(), look.canary());
    }

    private Driver.@Nullable Flush flush(String at, @Nullable FlushProperties flush) {
        if (flush == null) {
            return null;
        }
        token(at + ".method", flush.method());
        path(at + ".path", flush.path());
        return new Driver.Flush(flush.method(), flush.path());
    }

    private Driver.@Nullable RestartToken restartToken(String at, @Nullable RestartTokenProperties token) {
        if (token == null) {
            return null;
        }
        path(at + ".path", token.path());
        errors.check(!token.rewind().isNegative(), at + ".rewind", "is negative");
        try {
            if (errors.check(!token.pattern().isEmpty(), at + ".pattern", "is missing")) {
                return new Driver.RestartToken(token.path(), Pattern.compile(token.pattern()), token.rewind());
            }
        } catch (PatternSyntaxException e) {
            errors.add(at + ".pattern", "is not a regular expression: " + e.getDescription());
        }
        return null;
    }

    private void headers(String at, Map<String, String> headers) {
        headers.forEach((header, value) -> {
            token(at + "." + header, header);
            errors.check(
                    VISIBLE_ASCII_OR_SPACE.matcher(value).matches(),
                    at + "." + header,
                    "has a value that is not visible ASCII");
        });
    }

    private void path(String at, String value) {
        errors.check(
                value.startsWith("/") && VISIBLE_ASCII.matcher(value).matches(),
                at,
                quoted(value) + " is not a path of visible ASCII that begins with /");
    }

    private void token(String at, String value) {
        errors.check(HTTP_TOKEN.matcher(value).matches(), at, quoted(value) + " is not an HTTP token");
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
