package io.freshet.push.discover;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Format of a manifest, which its first bytes tell. */
enum ManifestFormat {
    HLS,
    DASH,
    SITEMAP;

    /** Length of the beginning that tells the format, in bytes. */
    static final int PREFIX_BYTES = 4_096;

    private static final Pattern XML_ROOT = Pattern.compile("\\A(?:\\s++|<\\?[^>]{0,1000}+>|(?s:<!--.{0,2000}?-->)"
            + "|<!DOCTYPE[^>\\[]{0,500}+(?:\\[[^\\]]{0,3000}+\\]\\s{0,100}+)?>)*+"
            + "<(?:[\\w.-]{1,50}:)?(MPD|urlset|sitemapindex)[\\s/>]");

    /** Types that say manifest, for bodies that cannot be looked into. */
    private static final Set<String> CONTENT_TYPES = Set.of(
            "application/vnd.apple.mpegurl",
            "application/x-mpegurl",
            "audio/mpegurl",
            "audio/x-mpegurl",
            "application/dash+xml");

    /**
     * Returns the format of a body that begins so; empty if it is no manifest.
     *
     * @param prefix the first {@value #PREFIX_BYTES} bytes or more, not compressed; fewer if the body is shorter
     */
    static Optional<ManifestFormat> of(byte[] prefix, int length) {
        String text = new String(prefix, 0, Math.min(length, PREFIX_BYTES), StandardCharsets.UTF_8);
        if (text.startsWith("\ufeff")) {
            text = text.substring(1);
        }
        if (text.startsWith("#EXTM3U")) {
            return Optional.of(HLS);
        }
        Matcher root = XML_ROOT.matcher(text);
        return root.find() ? Optional.of(root.group(1).equals("MPD") ? DASH : SITEMAP) : Optional.empty();
    }

    /** Returns whether a {@code Content-Type} names a manifest. */
    static boolean isContentType(@Nullable String value) {
        if (value == null) {
            return false;
        }
        int end = value.indexOf(';');
        String type = (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return CONTENT_TYPES.contains(type);
    }
}
