package io.freshet.push.discover;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Reader of manifests: tells what a body is, unpacks it within bounds, and parses it. */
public final class ManifestReader {

    /** Largest unpacked body: that of a sitemap (sitemaps.org). */
    private static final long MAX_UNPACKED = 50_000_000;

    /** Largest body that is held unpacked as a whole: a playlist. */
    private static final int MAX_TEXT = 8_000_000;

    /** A gzipped sitemap may travel with the content encoding gzip, too. */
    private static final int MAX_LAYERS = 2;

    private ManifestReader() {}

    /** Returns whether a body is a manifest, by its first bytes, which may be compressed. */
    static boolean isManifest(byte[] prefix, int length) {
        return format(prefix, length, MAX_LAYERS).isPresent();
    }

    private static Optional<ManifestFormat> format(byte[] prefix, int length, int layers) {
        if (!isGzip(prefix, length)) {
            return ManifestFormat.of(prefix, length);
        }
        if (layers == 0) {
            return Optional.empty();
        }
        byte[] unpacked = new byte[ManifestFormat.PREFIX_BYTES];
        return format(unpacked, unpack(prefix, length, unpacked), layers - 1);
    }

    /** Unpacks what is there of a gzip stream, and returns its length. */
    private static int unpack(byte[] prefix, int length, byte[] unpacked) {
        int count = 0;
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(prefix, 0, length))) {
            for (int read = gzip.read(unpacked); read > 0; ) {
                count += read;
                read = gzip.read(unpacked, count, unpacked.length - count);
            }
        } catch (IOException e) {
            return count; // the rest has not come yet
        }
        return count;
    }

    private static boolean isGzip(byte[] body, int length) {
        return length > 2 && (body[0] & 0xff) == 0x1f && (body[1] & 0xff) == 0x8b;
    }

    /**
     * Returns what a manifest names.
     *
     * @param url of the manifest
     * @param body as it travelled, which may be compressed by gzip
     * @param limit most that it may name
     * @throws ManifestException if it cannot be read, or names more
     */
    public static ManifestLinks read(String url, byte[] body, int limit) throws ManifestException {
        ManifestLinks links = new ManifestLinks(limit);
        try (InputStream plain = unpacked(body)) {
            switch (format(body, body.length, MAX_LAYERS)
                    .orElseThrow(() -> new ManifestException("is of no known format"))) {
                case HLS -> HlsParser.parse(url, text(plain), links);
                case DASH -> DashParser.parse(url, plain, links);
                case SITEMAP -> SitemapParser.parse(url, plain, links);
            }
        } catch (BodyTooLargeException e) {
            throw new ManifestException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new ManifestException("is broken: it cannot be unpacked");
        }
        return links;
    }

    private static InputStream unpacked(byte[] body) throws IOException {
        InputStream stream = new ByteArrayInputStream(body);
        byte[] beginning = body;
        int length = body.length;
        for (int layer = 0; layer < MAX_LAYERS && isGzip(beginning, length); layer++) {
            byte[] unpacked = new byte[ManifestFormat.PREFIX_BYTES];
            length = unpack(beginning, length, unpacked);
            beginning = unpacked;
            stream = new BoundedStream(new GZIPInputStream(stream), MAX_UNPACKED);
        }
        return stream;
    }

    private static String text(InputStream stream) throws IOException, ManifestException {
        byte[] all = stream.readNBytes(MAX_TEXT + 1);
        if (all.length > MAX_TEXT) {
            throw new BodyTooLargeException(MAX_TEXT);
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(all))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new ManifestException("is broken: it is not valid UTF-8");
        }
    }
}
