package io.freshet.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Main files for Varnish: our VCL is included as a user includes it, beside his own backend. */
public final class Vcl {

    /** Token that the workers send with purges. */
    public static final String TOKEN = "e2e-varnish-token";

    /** Environment variable of varnishd from which freshet.vcl reads the token. */
    static final String TOKEN_VARIABLE = "FRESHET_VARNISH_TOKEN";

    /** The VCL under test. */
    static final Path FRESHET = Repository.root().resolve("deploy/varnish/freshet.vcl");

    /** Lets soft refreshes mark directories as stale. */
    public static final String SOFT_DIRECTORIES = """
            include "freshet-xkey.vcl";
            sub vcl_backend_response { set beresp.grace = 1h; }
            """;

    private static final String TELL_HITS = """

            sub vcl_deliver {
                if (obj.hits > 0) {
                    set resp.http.X-Cache = "HIT";
                } else {
                    set resp.http.X-Cache = "MISS";
                }
            }
            """;

    private Vcl() {}

    /** Returns whether Debian's Varnish has the vmod xkey. */
    public static boolean hasXkey() {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.anyMatch(folder -> Files.exists(folder.resolve("varnish/vmods/libvmod_xkey.so")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In front of this backend, with our VCL. */
    public static String withFreshet(Address backend) {
        return withFreshet(backend, "");
    }

    /** In front of this backend, with our VCL after the user's own code. */
    public static String withFreshet(Address backend, String own) {
        return before(backend) + '\n' + own + "\ninclude \"freshet.vcl\";\n" + TELL_HITS;
    }

    /** In front of this backend, without our VCL: it passes every method that it does not know on. */
    public static String plain(Address backend) {
        return before(backend) + TELL_HITS;
    }

    private static String before(Address backend) {
        return """
                vcl 4.1;

                backend default {
                    .host = "%s";
                    .port = "%s";
                }
                """.formatted(backend.insideHost(), backend.insidePort());
    }
}
