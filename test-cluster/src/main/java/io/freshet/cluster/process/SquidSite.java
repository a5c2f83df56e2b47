package io.freshet.cluster.process;

import java.nio.file.Path;

/** Configuration of a Squid in front of a backend: our file, adapted as its comments ask. */
public final class SquidSite {

    /** Token that the workers send with purges. */
    public static final String TOKEN = "e2eSquidToken";

    private static final String AUFS = "aufs";
    private static final String AUFS_PARAMETERS = "64 4 4";

    private final String id;
    private final Address backend;
    private final String token;

    /** Kind of the cache on disk and its parameters after its folder. */
    private final String kind;

    private final String parameters;

    private SquidSite(String id, Address backend, String token, String kind, String parameters) {
        this.id = id;
        this.backend = backend;
        this.token = token;
        this.kind = kind;
        this.parameters = parameters;
    }

    /** Takes our purges. */
    public static SquidSite withFreshet(String id, Address backend) {
        return new SquidSite(id, backend, TOKEN, AUFS, AUFS_PARAMETERS);
    }

    /** The same, but its owner chose the kind of cache that our file warns of. */
    public static SquidSite withRock(String id, Address backend) {
        return new SquidSite(id, backend, TOKEN, "rock", "64");
    }

    /** Has another token than the fleet file says. */
    public static SquidSite withAnotherToken(String id, Address backend) {
        return new SquidSite(id, backend, "anotherToken", AUFS, AUFS_PARAMETERS);
    }

    /**
     * Returns the text of the configuration.
     *
     * @param folder for all that Squid writes
     */
    String text(Address address, Path folder) {
        return DeployFile.adapted(
                        "squid/squid.conf",
                        "http_port 80 ",
                        "http_port " + address.inside() + ' ',
                        "origin.internal parent 80 ",
                        backend.insideHost() + " parent " + backend.insidePort() + ' ',
                        "dstdomain www.example.com",
                        "dstdomain .test",
                        "10.0.2.0/24",
                        "127.0.0.1",
                        "a-long-random-token",
                        token,
                        "the-nodes-id",
                        id,
                        "cache_dir aufs /var/spool/squid 10000 16 256",
                        "cache_dir %s %s %s".formatted(kind, folder.resolve("cache"), parameters))
                + """
                        visible_hostname %2$s
                        pid_filename %1$s/squid.pid
                        cache_log %1$s/cache.log
                        access_log none
                        coredump_dir %1$s
                        pinger_enable off
                        shutdown_lifetime 1 second
                        """.formatted(folder, id);
    }
}
