package io.freshet.push.discover;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parser of HLS playlists (RFC 8216). A multivariant playlist names playlists and session keys, a media playlist
 * segments, parts, keys and initialization sections. Byte ranges of one file are one object.
 */
final class HlsParser {

    private static final Pattern ATTRIBUTE = Pattern.compile("([A-Z0-9-]+)=(\"[^\"]*\"|[^\",]*)(?:,|$)");

    private final String url;
    private final ManifestLinks links;
    /** Whether the next line without a tag is the playlist of a variant. */
    private boolean variantFollows;

    private HlsParser(String url, ManifestLinks links) {
        this.url = url;
        this.links = links;
    }

    /** Adds what the playlist at the URL names. */
    static void parse(String url, String text, ManifestLinks links) throws ManifestException {
        HlsParser parser = new HlsParser(url, links);
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            parser.line(++number, line.strip());
        }
        parser.end();
    }

    private void line(int number, String line) throws ManifestException {
        if (line.isEmpty()) {
            return;
        }
        if (!line.startsWith("#")) {
            uri(line);
        } else if (line.startsWith("#EXT")) {
            int colon = line.indexOf(':');
            String tag = colon < 0 ? line : line.substring(0, colon);
            tag(number, tag, colon < 0 ? "" : line.substring(colon + 1));
        }
    }

    private void uri(String reference) throws ManifestException {
        if (variantFollows) {
            links.addManifest(UrlReference.resolve(url, reference));
            variantFollows = false;
        } else {
            links.addObject(UrlReference.resolve(url, reference));
        }
    }

    private void tag(int number, String tag, String value) throws ManifestException {
        switch (tag) {
            case "#EXT-X-STREAM-INF" -> {
                if (variantFollows) {
                    throw new ManifestException("is broken in line " + number + ": the variant before has no playlist");
                }
                variantFollows = true;
            }
            case "#EXT-X-MEDIA", "#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-IMAGE-STREAM-INF" -> {
                for (String reference : uriOf(value)) {
                    links.addManifest(UrlReference.resolve(url, reference));
                }
            }
            // A hint (EXT-X-PRELOAD-HINT) names what does not exist yet.
            case "#EXT-X-KEY", "#EXT-X-SESSION-KEY", "#EXT-X-SESSION-DATA", "#EXT-X-MAP", "#EXT-X-PART" -> {
                for (String reference : uriOf(value)) {
                    links.addObject(UrlReference.resolve(url, reference));
                }
            }
            case "#EXT-X-DEFINE" ->
                throw new ManifestException("uses variables (EXT-X-DEFINE), which are not supported");
            default -> {}
        }
    }

    private void end() throws ManifestException {
        if (variantFollows) {
            throw new ManifestException("is broken: its last variant has no playlist");
        }
        if (links.isEmpty()) {
            throw new ManifestException("is broken: it names no playlist and no segment");
        }
    }

    /** Returns the attribute {@code URI} of a tag, if it has one. */
    private static List<String> uriOf(String value) {
        Map<String, String> attributes = new HashMap<>();
        Matcher matcher = ATTRIBUTE.matcher(value);
        while (matcher.find()) {
            attributes.put(matcher.group(1), unquoted(matcher.group(2)));
        }
        String uri = attributes.get("URI");
        return uri == null || uri.isEmpty() ? List.of() : List.of(uri);
    }

    private static String unquoted(String text) {
        return text.startsWith("\"") ? text.substring(1, text.length() - 1) : text;
    }
}
