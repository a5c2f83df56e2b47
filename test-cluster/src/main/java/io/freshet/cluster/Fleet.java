package io.freshet.cluster;

import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.NginxSite;
import io.freshet.cluster.process.SquidSite;
import io.freshet.cluster.process.TrafficServerSite;
import io.freshet.cluster.process.Vcl;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The fleet file that a service is started with: two tiers of nodes, and the accounts, which are always the same. */
public final class Fleet {

    /** May do everything, nearly without limit. */
    public static final String TOKEN = "e2e-main-token";
    /** May do little; see {@link #SMALL_URLS}. */
    public static final String SMALL_TOKEN = "e2e-small-token";

    public static final int SMALL_URLS = 10;
    public static final int SMALL_DIRECTORIES = 2;
    public static final int SMALL_PUSHES = 5;

    /** Has the same quotas as the main account, and a domain of its own. */
    public static final String OTHER_TOKEN = "e2e-other-token";

    /** Account of hostile clients: no quota, and nearly no rate limit. */
    public static final String HOSTILE_TOKEN = "e2e-hostile-token";

    /** Access key of a client of the Aliyun API with all rights. */
    public static final AccessKey KEY = new AccessKey("e2e-main-key", "e2e-main-secret-of-30-characters");
    /** May refresh as many URLs as is usual by default, and no more. */
    public static final AccessKey RACING_KEY = new AccessKey("e2e-racing-key", "e2e-racing-secret-of-30-characters");
    /** Has the quotas that are usual by default. */
    public static final AccessKey COUNTING_KEY =
            new AccessKey("e2e-counting-key", "e2e-counting-secret-of-30-characters");
    /** Access key of the account without quotas. */
    public static final AccessKey HOSTILE_KEY = new AccessKey("e2e-hostile-key", "e2e-hostile-secret-of-30-characters");
    /** May make three requests a minute. */
    public static final AccessKey SLOW_KEY = new AccessKey("e2e-slow-key", "e2e-slow-secret-of-30-characters");

    /** Secret of the Aliyun API's client. */
    public record AccessKey(String id, String secret) {

        String line() {
            return "{ id: %s, secret: %s }".formatted(id, secret);
        }
    }

    /** Drivers of the fleet file. */
    public enum Purging {
        VARNISH,
        NGINX,
        /** An nginx that the fleet file trusts to purge directories, too. */
        NGINX_WITH_DIRECTORIES,
        TRAFFIC_SERVER,
        /** A Traffic Server whose operator allows purges of a host where a refresh names less of it. */
        TRAFFIC_SERVER_BY_HOST,
        SQUID;

        String driver() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private record Node(String id, Address address, Purging purging) {

        Node at(Address other) {
            return new Node(id, other, purging);
        }

        String line() {
            return "{ id: %s, address: \"%s\", driver: %s }".formatted(id, address.fromParts(), purging.driver());
        }
    }

    private final List<Node> l2;
    private final List<Node> l1;
    private final boolean verified;

    private Fleet(List<Node> l2, List<Node> l1, boolean verified) {
        this.l2 = l2;
        this.l1 = l1;
        this.verified = verified;
    }

    /** No nodes yet. */
    public static Fleet empty() {
        return new Fleet(List.of(), List.of(), true);
    }

    /** With one more Varnish as a parent. */
    public Fleet withL2(String id, Address address) {
        return withL2(id, address, Purging.VARNISH);
    }

    /** With one more parent. */
    public Fleet withL2(String id, Address address, Purging purging) {
        return new Fleet(with(l2, new Node(id, address, purging)), l1, verified);
    }

    /** With one more edge node. */
    public Fleet withL1(String id, Address address, Purging purging) {
        return new Fleet(l2, with(l1, new Node(id, address, purging)), verified);
    }

    /** Without this node. */
    public Fleet without(String id) {
        return new Fleet(without(l2, id), without(l1, id), verified);
    }

    private static List<Node> without(List<Node> nodes, String id) {
        return nodes.stream().filter(node -> !node.id().equals(id)).toList();
    }

    /** The same, but workers believe what the nodes say: for stand-ins that only answer. */
    public Fleet withoutVerification() {
        return new Fleet(l2, l1, false);
    }

    /** The same, but this node is reached through a proxy. */
    public Fleet reaching(CacheNode node, TcpProxy proxy) {
        return new Fleet(at(l2, node, proxy), at(l1, node, proxy), verified);
    }

    /** The same, but all nodes are purged by this driver. */
    public Fleet purging(Purging purging) {
        return new Fleet(by(purging, l2), by(purging, l1), verified);
    }

    private static List<Node> by(Purging purging, List<Node> nodes) {
        return nodes.stream()
                .map(node -> new Node(node.id(), node.address(), purging))
                .toList();
    }

    private static List<Node> at(List<Node> nodes, CacheNode node, TcpProxy proxy) {
        return nodes.stream()
                .map(each -> each.id().equals(node.id()) ? each.at(proxy.address()) : each)
                .toList();
    }

    private static List<Node> with(List<Node> nodes, Node node) {
        List<Node> more = new ArrayList<>(nodes);
        more.add(node);
        return more;
    }

    /** As the services read it. */
    public String yaml() {
        return """
                freshet:
                  fleet:
                    drivers:
                      varnish: { type: varnish, token: "%s" }
                      traffic-server: { type: traffic-server, token: "%s", host-purge: true }
                      traffic-server-by-host:
                        type: traffic-server
                        token: "%s"
                        host-purge: true
                        wider: { ignore-query: host, directory: host, prefix: host, regex: host, tag: host }
                      squid: { type: squid, token: "%s", variant: { Accept-Encoding: gzip } }
                %s%s    tiers:
                %s%s
                %s
                  accounts:
                    - id: main
                      operator: true
                      token-hashes: [ "%s" ]
                      access-keys: [ %s ]
                      domains: [ site.test, "*.sub.test" ]
                      quotas: { url: 1000000000, directory: 1000000000, regex: 1000000000, host: 1000000000,
                                tag: 1000000000, everything: 1000000000, push: 1000000000 }
                      requests-per-minute: 1000000000
                    - id: other
                      token-hashes: [ "%s" ]
                      domains: [ other.test ]
                      quotas: { url: 1000000000, directory: 1000000000, regex: 1000000000, host: 1000000000,
                                tag: 1000000000, everything: 1000000000, push: 1000000000 }
                      requests-per-minute: 1000000000
                    - id: racing
                      access-keys: [ %s ]
                      domains: [ racing.test ]
                      requests-per-minute: 1000000000
                    - id: counting
                      access-keys: [ %s ]
                      domains: [ counting.test ]
                    - id: slow
                      access-keys: [ %s ]
                      domains: [ slow.test ]
                      requests-per-minute: 3
                    - id: small
                      token-hashes: [ "%s" ]
                      domains: [ small.test ]
                      quotas: { url: %d, directory: %d, push: %d }
                    - id: hostile
                      token-hashes: [ "%s" ]
                      access-keys: [ %s ]
                      domains: [ hostile.test ]
                      quotas: { url: 0, directory: 0, push: 0 }
                      requests-per-minute: 1000000000
                """.formatted(
                        Vcl.TOKEN,
                        TrafficServerSite.TOKEN,
                        TrafficServerSite.TOKEN,
                        SquidSite.TOKEN,
                        nginx("nginx"),
                        nginx("nginx-with-directories") + "        directory: { path-suffix: \"*\" }\n",
                        tier("l2", l2),
                        tier("l1", l1),
                        verified ? "" : "  verification: { canary: false, objects: 0 }",
                        hash(TOKEN),
                        KEY.line(),
                        hash(OTHER_TOKEN),
                        RACING_KEY.line(),
                        COUNTING_KEY.line(),
                        SLOW_KEY.line(),
                        hash(SMALL_TOKEN),
                        SMALL_URLS,
                        SMALL_DIRECTORIES,
                        SMALL_PUSHES,
                        hash(HOSTILE_TOKEN),
                        HOSTILE_KEY.line());
    }

    private static String nginx(String driver) {
        return """
                      %s:
                        type: http
                        headers: { X-Purge-Token: "%s" }
                        look:
                          headers: { Freshet-Look: "1", If-None-Match: "*" }
                          absent-status: 500
                          cache-header: Freshet-Look
                          canary: true
                """.formatted(driver, NginxSite.TOKEN);
    }

    /** Nothing for a tier without nodes, which no fleet has. */
    private static String tier(String name, List<Node> nodes) {
        return nodes.isEmpty() ? "" : """
                      - name: %s
                        nodes:
                %s
                """.formatted(name, lines(nodes));
    }

    private static String lines(List<Node> nodes) {
        Function<Node, String> entry = node -> "          - " + node.line();
        return nodes.stream().map(entry).collect(Collectors.joining("\n"));
    }

    private static String hash(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}
