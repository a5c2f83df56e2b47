package io.freshet.cluster.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Configuration of a Traffic Server in front of a backend: our files, adapted as their comments ask. */
public final class TrafficServerSite {

    /** Token that the workers send with purges. */
    public static final String TOKEN = "e2eTrafficServerToken";

    /** Time between two writes of the index of the cache: what is not in it, is lost in a restart. */
    public static final Duration INDEX_INTERVAL = Duration.ofSeconds(15);

    /** Hosts that it serves, each with a rule of its own. */
    private static final List<String> HOSTS = List.of("site.test", "one.sub.test", "two.sub.test");

    private static final String TOKEN_TO_ADAPT = "a-long-random-token";
    private static final String WORKERS = "10.0.2.0/24";
    private static final String HERE = "127.0.0.1/32";

    private static final String TELL_HITS = """

            cond %{SEND_RESPONSE_HDR_HOOK} [AND]
            cond %{CACHE} =hit-fresh
              set-header X-Cache "HIT"
            """;

    private final String id;
    private final Address backend;
    private final String token;

    private TrafficServerSite(String id, Address backend, String token) {
        this.id = id;
        this.backend = backend;
        this.token = token;
    }

    /** Takes our purges. */
    public static TrafficServerSite withFreshet(String id, Address backend) {
        return new TrafficServerSite(id, backend, TOKEN);
    }

    /** Has another token than the fleet file says. */
    public static TrafficServerSite withAnotherToken(String id, Address backend) {
        return new TrafficServerSite(id, backend, "anotherToken");
    }

    /**
     * Returns the content of each file in the folder of the configuration.
     *
     * @param folder for all that the server writes
     */
    Map<String, String> files(Address address, Path folder) {
        return Map.of(
                "records.config",
                DeployFile.adapted("traffic-server/records.config")
                        + """
                        CONFIG proxy.config.http.server_ports STRING %s:ip-in=%s
                        CONFIG proxy.config.admin.user_id STRING #-1
                        CONFIG proxy.config.http.wait_for_cache INT 1
                        CONFIG proxy.config.cache.dir.sync_frequency INT %s
                        """.formatted(address.insidePort(), address.insideHost(), INDEX_INTERVAL.toSeconds()),
                "storage.config",
                folder.resolve("cache") + " 64M\n",
                "plugin.config",
                DeployFile.adapted("traffic-server/plugin.config"),
                "freshet-stats.config",
                DeployFile.adapted("traffic-server/freshet-stats.config", WORKERS, HERE),
                "freshet.config",
                DeployFile.adapted("traffic-server/freshet.config", TOKEN_TO_ADAPT, token, "the-nodes-id", id)
                        + TELL_HITS,
                "ip_allow.yaml",
                DeployFile.adapted("traffic-server/ip_allow.yaml", WORKERS, HERE),
                "remap.config",
                remap(folder));
    }

    private String remap(Path folder) {
        return DeployFile.adapted(
                        "traffic-server/remap.config",
                        TOKEN_TO_ADAPT,
                        token,
                        "origin.internal:80",
                        backend.inside(),
                        "/var/cache/trafficserver",
                        folder.resolve("cache").toString())
                .lines()
                .flatMap(TrafficServerSite::ofEachHost)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static Stream<String> ofEachHost(String line) {
        String example = "www.example.com";
        return line.contains(example) ? HOSTS.stream().map(host -> line.replace(example, host)) : Stream.of(line);
    }
}
