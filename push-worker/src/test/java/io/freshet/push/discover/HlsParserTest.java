package io.freshet.push.discover;

import static io.freshet.push.discover.Manifests.manifests;
import static io.freshet.push.discover.Manifests.objects;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HlsParserTest {

    private static final String MASTER = """
            #EXTM3U
            #EXT-X-VERSION:6
            #EXT-X-SESSION-KEY:METHOD=AES-128,URI="keys/session.key"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x,URI=no",URI="audio/en.m3u8"
            #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="c",INSTREAM-ID="CC1"
            #EXT-X-STREAM-INF:BANDWIDTH=1280000,AUDIO="a"
            low/index.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=2560000,AUDIO="a"

            # a comment
            /other/index.m3u8?token=1
            #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=86000,URI="low/iframe.m3u8"
            """;

    private static final String MEDIA = """
            #EXTM3U
            #EXT-X-TARGETDURATION:6
            #EXT-X-KEY:METHOD=AES-128,URI="../keys/1.key",IV=0x9c
            #EXT-X-MAP:URI="init.mp4",BYTERANGE="720@0"
            #EXTINF:6.0,title with, comma
            #EXT-X-BYTERANGE:1000@0
            all.mp4
            #EXTINF:6.0,
            #EXT-X-BYTERANGE:1000@1000
            all.mp4
            #EXT-X-KEY:METHOD=NONE
            #EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,AAAA"
            #EXT-X-PART:DURATION=1,URI="part.mp4"
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI="next.mp4"
            #EXTINF:6.0
            https://cdn.example/s%202.ts
            #EXT-X-ENDLIST
            """;

    @Test
    void master_playlist_names_playlists_and_session_keys() throws Exception {
        assertThat(manifests(MASTER))
                .containsExactly(
                        "audio/en.m3u8",
                        "low/index.m3u8",
                        "https://h.example/other/index.m3u8?token=1",
                        "low/iframe.m3u8");
        assertThat(objects(MASTER)).containsExactly("keys/session.key");
    }

    @Test
    void media_playlist_names_keys_maps_parts_and_a_file_with_byte_ranges_once() throws Exception {
        assertThat(objects(MEDIA))
                .containsExactly(
                        "https://h.example/keys/1.key",
                        "init.mp4",
                        "all.mp4",
                        "part.mp4",
                        "https://cdn.example/s%202.ts");
        assertThat(manifests(MEDIA)).isEmpty();
    }

    @Test
    void line_ends_and_byte_order_mark_do_not_matter() throws Exception {
        assertThat(objects("\ufeff#EXTM3U\r\n#EXTINF:1,\r\na.ts\r\n")).containsExactly("a.ts");
    }

    @Test
    void broken_playlist_is_refused_with_the_reason() {
        assertThatThrownBy(() -> objects("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-STREAM-INF:BANDWIDTH=2\na"))
                .isInstanceOf(ManifestException.class)
                .hasMessage("is broken in line 3: the variant before has no playlist");
        assertThatThrownBy(() -> objects("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n"))
                .hasMessage("is broken: its last variant has no playlist");
        assertThatThrownBy(() -> objects("#EXTM3U\n#EXT-X-ENDLIST"))
                .hasMessage("is broken: it names no playlist and no segment");
        assertThatThrownBy(() -> objects("#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"b\"\n{$a}.ts"))
                .hasMessage("uses variables (EXT-X-DEFINE), which are not supported");
    }

    @Test
    void playlist_that_is_not_utf_8_is_refused() {
        byte[] body = {'#', 'E', 'X', 'T', 'M', '3', 'U', '\n', (byte) 0xff};
        assertThatThrownBy(() -> ManifestReader.read(Manifests.URL, body, 10))
                .hasMessage("is broken: it is not valid UTF-8");
    }

    @Test
    void playlist_with_more_than_the_limit_is_refused() {
        byte[] body = ("#EXTM3U\n" + "a.ts\n".repeat(50) + "b.ts\nc.ts\n").getBytes();
        assertThatThrownBy(() -> ManifestReader.read(Manifests.URL, body, 2))
                .hasMessage("names more than 2 objects, the most that this push may add by it");
    }
}
