package io.freshet.fleet.node;

import io.freshet.fleet.validation.ConfigurationErrors;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reader of the entries of nodes of one fleet, whose ids and addresses differ. Says what is wrong with each entry. */
public final class NodeReader {

    /** Form of node ids and of the names of tiers and regions; ids become parts of record keys. */
    static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private final ConfigurationErrors errors;
    private final Map<String, Driver> drivers;
    private final Set<String> ids = new HashSet<>();
    private final Map<URI, String> addresses = new HashMap<>();

    /** @param drivers by the names that entries use */
    public NodeReader(ConfigurationErrors errors, Map<String, Driver> drivers) {
        this.errors = errors;
        this.drivers = Map.copyOf(drivers);
    }

    /** Notes a node that is in the fleet already. */
    public void add(Node node) {
        ids.add(node.id());
        addresses.put(node.address(), node.id());
    }

    /** Returns whether a text has the form of a node's id. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /**
     * Returns the node of an entry; null, with errors, if the entry is not valid.
     *
     * @param at beginning of the names of the entry's properties, such as {@code freshet.fleet.tiers[0].nodes[1].}
     * @param region empty for none
     */
    public @Nullable Node read(String at, String id, String address, String driver, String region) {
        boolean valid = errors.check(isId(id), at + "id", quoted(id) + " is not an id " + ID)
                & errors.check(ids.add(id), at + "id", quoted(id) + " is another node's id, too");
        Driver known = drivers.get(driver);
        errors.check(
                known != null,
                at + "driver",
                quoted(driver) + " is not under " + FleetReader.ROOT + ".drivers, which has " + drivers.keySet());
        URI uri = address(at + "address", address);
        valid &= errors.check(region.isEmpty() || isId(region), at + "region", quoted(region) + " is not a name " + ID);
        if (uri == null || known == null) {
            return null;
        }
        String other = addresses.putIfAbsent(uri, id);
        valid &= errors.check(other == null, at + "address", uri + " is the address of " + other + ", too");
        return valid ? new Node(id, uri, known, region.isEmpty() ? null : region) : null;
    }

    private @Nullable URI address(String at, String text) {
        try {
            URI uri = new URI(text);
            boolean https = "https".equals(uri.getScheme());
            boolean fit = (https || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                    && uri.getPort() != 0
                    && uri.getPort() <= 65_535;
            if (errors.check(fit, at, quoted(text) + " is not http://host:port or https://host:port")) {
                int port = uri.getPort() > 0 ? uri.getPort() : https ? 443 : 80;
                return new URI(uri.getScheme(), null, uri.getHost(), port, null, null, null);
            }
        } catch (URISyntaxException e) {
            errors.add(at, quoted(text) + " is not an address: " + e.getReason());
        }
        return null;
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
