package io.freshet.push.discover;

import static io.freshet.push.discover.Manifests.gzip;
import static io.freshet.push.discover.Manifests.manifests;
import static io.freshet.push.discover.Manifests.objects;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SitemapParserTest {

    private static final String HEADER = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    private static final String PAGES = HEADER + """
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
                xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
              <url><loc> https://h.example/a?x=1&amp;y=2 </loc><lastmod>2026-01-01</lastmod>
                <image:image><image:loc>https://h.example/a.png</image:loc></image:image></url>
              <url><loc><![CDATA[https://h.example/b]]></loc></url>
            </urlset>
            """;

    @Test
    void sitemap_names_its_pages() throws Exception {
        assertThat(objects(PAGES)).containsExactly("https://h.example/a?x=1&y=2", "https://h.example/b");
    }

    @Test
    void sitemap_index_names_sitemaps() throws Exception {
        assertThat(manifests(HEADER + "<sitemapindex><sitemap><loc>https://h.example/v/1.xml.gz</loc></sitemap>"
                        + "</sitemapindex>"))
                .containsExactly("1.xml.gz");
    }

    @Test
    void sitemap_may_be_gzipped_twice() throws Exception {
        byte[] once = gzip(PAGES.getBytes(StandardCharsets.UTF_8));
        for (byte[] body : new byte[][] {once, gzip(once)}) {
            assertThat(ManifestReader.isManifest(body, body.length)).isTrue();
            assertThat(ManifestReader.read(Manifests.URL, body, 10).objects()).hasSize(2);
        }
    }

    @Test
    void gzip_bomb_is_refused() {
        byte[] bomb = gzip((PAGES.replace("</urlset>", "") + " ".repeat(60_000_000)).getBytes(StandardCharsets.UTF_8));
        assertThat(bomb.length).isLessThan(100_000);
        assertThatThrownBy(() -> ManifestReader.read(Manifests.URL, bomb, 10))
                .isInstanceOf(ManifestException.class)
                .hasMessage("unpacks to more than 50 MB");
    }

    @Test
    void document_types_and_entities_are_refused() {
        String entity = HEADER + "<!DOCTYPE urlset [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                + "<urlset><url><loc>http://h.example/&x;</loc></url></urlset>";
        assertThatThrownBy(() -> objects(entity)).hasMessage("has a document type or entities, which are not read");
    }

    @Test
    void broken_xml_is_refused_with_its_line() {
        assertThatThrownBy(() -> objects(HEADER + "<urlset>\n<url><loc>http://h.example/</url></urlset>"))
                .hasMessage("is broken: its XML is invalid in line 3");
        assertThatThrownBy(() -> objects(HEADER + "<urlset></urlset>"))
                .hasMessage("is broken: it names no page and no sitemap");
        assertThatThrownBy(() -> objects(HEADER + "<urlset>" + "<a>".repeat(100)))
                .hasMessage("is nested more than 32 elements deep");
    }

    @Test
    void truncated_gzip_is_refused() {
        byte[] whole = gzip(PAGES.repeat(20).getBytes(StandardCharsets.UTF_8));
        byte[] half = java.util.Arrays.copyOf(whole, whole.length / 2);
        assertThatThrownBy(() -> ManifestReader.read(Manifests.URL, half, 10))
                .isInstanceOf(ManifestException.class)
                .hasMessageStartingWith("is broken");
    }

    @Test
    void other_documents_are_no_manifests() {
        for (String text : new String[] {"", "<html><body/></html>", "#EXTINF", "<rss/>", "{}", "<MPDX/>"}) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            assertThat(ManifestReader.isManifest(body, body.length)).as(text).isFalse();
        }
        byte[] nothing = gzip(new byte[9_000]);
        assertThat(ManifestReader.isManifest(nothing, nothing.length)).isFalse();
    }
}
