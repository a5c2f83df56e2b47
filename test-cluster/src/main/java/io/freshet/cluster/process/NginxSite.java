package io.freshet.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Configuration of an nginx.
 *
 * @param modules file names of the dynamic modules that it needs
 * @param http lines of its {@code http} block
 * @param server lines of its only {@code server} block, but for {@code listen}
 */
public record NginxSite(List<String> modules, String http, String server) {

    /** Token that the workers send with purges. */
    public static final String TOKEN = "e2e-nginx-token";

    /** The configuration under test. */
    private static final Path FRESHET = Repository.root().resolve("deploy/nginx/freshet-purge.conf");

    public NginxSite {
        modules = List.copyOf(modules);
    }

    /** Passes everything on to this backend and caches nothing. */
    public static NginxSite plain(Address backend) {
        return new NginxSite(List.of(), "", "location / { proxy_pass http://%s; }".formatted(backend.inside()));
    }

    /** A cache in front of this backend that takes our purges. The included file is adapted as its comments ask. */
    public static NginxSite withFreshet(String id, Address backend) {
        String freshet = read(FRESHET).replace("$hostname", id);
        return new NginxSite(
                List.of("ngx_http_cache_purge_module.so"),
                """
                map $http_x_purge_token $freshet_may_purge { default 0; "%s" 1; }
                proxy_cache_path cache keys_zone=site:8m levels=1:2 inactive=1d use_temp_path=off;
                """.formatted(TOKEN),
                freshet + """
                location / {
                    proxy_cache site;
                    proxy_cache_key $host$request_uri;
                    proxy_set_header Host $host;
                    proxy_pass http://%s;
                    add_header X-Cache $upstream_cache_status;
                }
                """.formatted(backend.inside()));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
