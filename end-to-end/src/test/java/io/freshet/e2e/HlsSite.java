package io.freshet.e2e;

import io.freshet.cluster.Pages;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Video on demand at the origin, as HLS describes it. */
final class HlsSite {

    private HlsSite() {}

    /** Publishes an HLS site, and returns what a player asks for: the master playlist, renditions, keys, segments. */
    static List<String> publish(Pages pages, int renditions, int segments) {
        List<String> requests = new ArrayList<>();
        StringBuilder master = new StringBuilder("#EXTM3U\n");
        requests.add(pages.url("master.m3u8"));
        for (int rendition = 0; rendition < renditions; rendition++) {
            String directory = "rendition-" + rendition + "/";
            master.append("#EXT-X-STREAM-INF:BANDWIDTH=").append(rendition + 1).append('\n');
            master.append(directory).append("index.m3u8\n");
            StringBuilder playlist = new StringBuilder("#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"../keys/")
                    .append(rendition)
                    .append(".key\"\n#EXT-X-MAP:URI=\"init.mp4\"\n");
            requests.add(pages.url(directory + "index.m3u8"));
            requests.add(pages.url("keys/" + rendition + ".key"));
            requests.add(pages.url(directory + "init.mp4"));
            for (int segment = 0; segment < segments; segment++) {
                playlist.append("#EXTINF:6,\nsegment-").append(segment).append(".ts\n");
                requests.add(pages.url(directory + "segment-" + segment + ".ts"));
            }
            pages.body(
                    pages.url(directory + "index.m3u8"),
                    (playlist + "#EXT-X-ENDLIST\n").getBytes(StandardCharsets.UTF_8));
        }
        pages.body(pages.url("master.m3u8"), master.toString().getBytes(StandardCharsets.UTF_8));
        return requests;
    }
}
