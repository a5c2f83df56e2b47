package io.freshet.push.discover;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.stream.XMLStreamConstants;

/** Parser of sitemaps and sitemap indexes (sitemaps.org, 0.9). It takes the pages, not the images or videos of them. */
final class SitemapParser {

    /** Length at which a text is longer than any URL, so that the rest of it does not matter. */
    private static final int LONG_TEXT = 10_000;

    private SitemapParser() {}

    /** Adds what the sitemap at the URL names. */
    static void parse(String url, InputStream body, ManifestLinks links) throws ManifestException {
        try (SafeXml xml = new SafeXml(body)) {
            Deque<String> path = new ArrayDeque<>();
            StringBuilder location = new StringBuilder();
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        path.addLast(xml.reader().getLocalName());
                        location.setLength(0);
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                        if (location.length() < LONG_TEXT) {
                            location.append(xml.reader().getText());
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        add(url, String.join("/", path), location.toString(), links);
                        path.removeLast();
                        location.setLength(0);
                    }
                    default -> {}
                }
            }
        }
        if (links.isEmpty()) {
            throw new ManifestException("is broken: it names no page and no sitemap");
        }
    }

    private static void add(String url, String path, String location, ManifestLinks links) throws ManifestException {
        if (location.isBlank()) {
            return;
        }
        switch (path) {
            case "urlset/url/loc" -> links.addObject(UrlReference.resolve(url, location));
            case "sitemapindex/sitemap/loc" -> links.addManifest(UrlReference.resolve(url, location));
            default -> {}
        }
    }
}
