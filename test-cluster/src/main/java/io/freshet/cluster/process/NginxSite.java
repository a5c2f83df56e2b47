package io.freshet.cluster.process;

import java.util.List;

/**
 * Configuration of an nginx.
 *
 * @param modules file names of the dynamic modules that it needs
 * @param http lines of its {@code http} block
 * @param server lines of its main {@code server} block, but for {@code listen}
 * @param connections open sockets at most, those that listen included
 */
public record NginxSite(List<String> modules, String http, String server, int connections) {

    private static final int CONNECTIONS = 4_096;

    /** Token that the workers send with purges. */
    public static final String TOKEN = "e2e-nginx-token";

    private static final String CACHE_KEY = "$host$freshet_port$request_uri";

    public NginxSite {
        modules = List.copyOf(modules);
    }

    /** As many connections as a few nodes need. */
    public NginxSite(List<String> modules, String http, String server) {
        this(modules, http, server, CONNECTIONS);
    }

    /** Passes everything on to this backend and caches nothing. */
    public static NginxSite plain(Address backend) {
        return new NginxSite(List.of(), "", "location / { proxy_pass http://%s; }".formatted(backend.inside()));
    }

    /** A cache in front of this backend that takes our purges. The included files are adapted as their comments ask. */
    public static NginxSite withFreshet(String id, Address backend) {
        return withFreshet(id, backend, CACHE_KEY, "$freshet_key");
    }

    /** The same, but its owner wrote the same text of his own as the key of the cache and as the key of purges. */
    public static NginxSite keyedBy(String key, String id, Address backend) {
        return withFreshet(id, backend, key, key);
    }

    private static NginxSite withFreshet(String id, Address backend, String purgeKey, String cacheKey) {
        return new NginxSite(
                List.of("ngx_http_cache_purge_module.so"),
                DeployFile.adapted("nginx/freshet-http.conf", "a long random token", TOKEN, "/run/", "")
                        + "proxy_cache_path cache keys_zone=site:8m levels=1:2 inactive=1d use_temp_path=off;\n",
                DeployFile.adapted(
                                "nginx/freshet-purge.conf",
                                "$hostname",
                                id,
                                "/run/",
                                "",
                                CACHE_KEY + ";",
                                purgeKey + ";")
                        + """
                location / {
                    proxy_cache site;
                    proxy_cache_key %s;
                    proxy_set_header Host $host;
                    proxy_pass http://%s;
                    add_header X-Cache $upstream_cache_status;
                    add_header Freshet-Look $freshet_cache_status always;
                    add_header Freshet-Date $freshet_date always;
                }
                """.formatted(cacheKey, backend.inside()));
    }
}
