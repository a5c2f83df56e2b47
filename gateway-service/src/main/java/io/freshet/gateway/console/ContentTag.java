package io.freshet.gateway.console;

import io.freshet.contracts.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.io.Resource;

/** Entity tags by content. Modification times do not change between versions, since builds are reproducible. */
final class ContentTag {

    private static final int HEX_DIGITS = 24;

    /** Tags by file; files of the class path do not change at runtime. */
    private final Map<URI, String> known = new ConcurrentHashMap<>();

    /** Returns the tag with its quotes. */
    String of(Resource resource) {
        try {
            return known.computeIfAbsent(resource.getURI(), _ -> hash(resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(Resource resource) {
        try (InputStream content = resource.getInputStream()) {
            return '"' + Sha256.hex(content.readAllBytes()).substring(0, HEX_DIGITS) + '"';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
