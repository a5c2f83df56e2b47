package io.freshet.push.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestCaptureTest {

    private static final String URL = "https://www.example.com/master.m3u8";

    private static final byte[] PLAYLIST = "#EXTM3U\na.ts\n".getBytes(StandardCharsets.UTF_8);

    private final ManifestCapture capture = new ManifestCapture(new CaptureMemory(20_000_000));

    private void receive(Map<String, String> headers, byte[] body) {
        capture.start(200, headers::get);
        if (capture.takesBody()) {
            for (int i = 0; i < body.length; i += 1_000) {
                capture.write(body, i, Math.min(1_000, body.length - i));
            }
        }
    }

    @Test
    void manifest_is_kept_as_it_travelled() throws Exception {
        byte[] packed = Manifests.gzip(PLAYLIST);
        receive(Map.of("Content-Encoding", "gzip"), packed);
        capture.variantDone(URL);
        assertThat(capture.manifest().orElseThrow().body()).isEqualTo(packed);
    }

    @Test
    void retry_begins_again_but_another_variant_does_not() throws Exception {
        receive(Map.of(), "#EXTM3U\nhalf".getBytes(StandardCharsets.UTF_8));
        receive(Map.of(), PLAYLIST);
        capture.variantDone(URL);
        receive(Map.of("Content-Encoding", "br"), new byte[] {1, 2, 3});
        capture.variantDone(URL);
        assertThat(capture.manifest().orElseThrow().body()).isEqualTo(PLAYLIST);
    }

    @Test
    void variant_that_can_be_read_is_taken() throws Exception {
        receive(Map.of("Content-Encoding", "br", "Content-Type", "application/x-mpegURL"), new byte[] {1, 2, 3});
        capture.variantDone(URL);
        assertThatThrownBy(capture::manifest)
                .isInstanceOf(ManifestException.class)
                .hasMessage("is encoded as br, which cannot be read; push a variant with gzip or without an encoding,"
                        + " too");
        receive(Map.of(), PLAYLIST);
        capture.variantDone(URL);
        assertThat(capture.manifest().orElseThrow().body()).isEqualTo(PLAYLIST);
    }

    @Test
    void other_bodies_and_redirects_are_not_kept() throws Exception {
        receive(Map.of(), new byte[9_000_000]);
        capture.variantDone(URL);
        assertThat(capture.manifest()).isEmpty();
        capture.start(301, _ -> null);
        assertThat(capture.takesBody()).isFalse();
        assertThat(capture.manifest()).isEmpty();
    }

    @Test
    void manifests_share_the_memory_of_a_worker() throws Exception {
        CaptureMemory memory = new CaptureMemory(PLAYLIST.length + 5);
        try (ManifestCapture first = new ManifestCapture(memory);
                ManifestCapture second = new ManifestCapture(memory)) {
            first.start(200, _ -> null);
            first.write(PLAYLIST, 0, PLAYLIST.length);
            second.start(200, _ -> null);
            second.write(PLAYLIST, 0, PLAYLIST.length);
            second.variantDone(URL);
            assertThatThrownBy(second::manifest)
                    .hasMessage("was not read, since many large manifests arrive at the same time; retry it");
            first.close();
            second.start(200, _ -> null);
            second.write(PLAYLIST, 0, PLAYLIST.length);
            second.variantDone(URL);
            assertThat(second.manifest().orElseThrow().body()).isEqualTo(PLAYLIST);
        }
    }

    @Test
    void huge_manifest_is_refused() {
        byte[] huge = new byte[8_000_001];
        System.arraycopy(PLAYLIST, 0, huge, 0, PLAYLIST.length);
        receive(Map.of(), huge);
        capture.variantDone(URL);
        assertThatThrownBy(capture::manifest).hasMessage("is larger than 8 MB");
    }
}
