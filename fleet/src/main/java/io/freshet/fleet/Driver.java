package io.freshet.fleet;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How one kind of cache server is told to purge. */
public sealed interface Driver {

    /** The header in which a server's own purge configuration says who it is: the node's id. */
    String MARKER = "Freshet-Node";

    /** The name under {@code freshet.fleet.drivers}. */
    String name();

    /** Varnish with {@code freshet.vcl}. The token is a secret: it is not part of {@code toString}. */
    record Varnish(String name, String token) implements Driver {
        @Override
        public String toString() {
            return "Varnish[" + name + ']';
        }
    }

    /**
     * Any server that purges one URL by one request.
     *
     * @param method such as {@code PURGE}
     * @param headers sent with every purge; may hold a secret, so not part of {@code toString}
     * @param directory how to purge a directory, or null where the server cannot
     * @param marker the header that must name the node for an answer to count as its own; empty to trust every answer, which takes the 404
     *     of an origin behind an unconfigured server for <i>absent</i>
     * @param flush how to drop everything, or null where no request does that
     * @param restartToken how to see that the server was restarted and may have brought back what was purged; null where it brings back nothing
     */
    record Http(
            String name,
            String method,
            Map<String, String> headers,
            @Nullable DirectoryPurge directory,
            String marker,
            @Nullable Flush flush,
            @Nullable RestartToken restartToken)
            implements Driver {

        public Http {
            headers = Map.copyOf(headers);
        }

        @Override
        public String toString() {
            return "Http[" + name + ", " + method + ']';
        }
    }

    /**
     * @param pathSuffix what to append to the directory's path, such as {@code *}
     */
    record DirectoryPurge(String method, String pathSuffix) {}

    /** The request that drops everything a server has. */
    record Flush(String method, String path) {}

    /**
     * What is different after every start of the server.
     *
     * @param path of a page that shows it, asked for with GET under the node's own address
     * @param pattern finds it in the page; its first group, or the whole match if it has none
     * @param rewind purges of this long before the restart may have been lost, and are repeated
     */
    record RestartToken(String path, Pattern pattern, Duration rewind) {}
}
