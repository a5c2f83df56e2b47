package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.http.TaskObject;
import io.freshet.cluster.process.Service;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** A push of a manifest brings all that it names, and nothing else, into the parent cache. */
@ClusterTest
class PushedChildrenIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;

    PushedChildrenIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @Test
    void hls_site_is_whole_in_the_parent_after_one_push_of_its_master_playlist() {
        Pages pages = cluster.origin().pages();
        List<String> requests = HlsSite.publish(pages, 3, 100);

        Task task = pushed(requests.getFirst());

        assertThat(task).as("%s", task).matches(Task::isComplete);
        assertThat(task.objectCount()).isEqualTo(requests.size());
        assertThat(task.childCount()).isEqualTo(requests.size() - 1);
        assertThat(task.completeCount()).isEqualTo(requests.size());
        assertHits(requests);
        assertThat(pages.fetches()).as("requests at the origin").isEqualTo(requests.size());
        assertThat(gateway.objects(task.taskId(), "complete", 100))
                .extracting(TaskObject::object)
                .containsExactlyInAnyOrderElementsOf(requests);
        assertThat(gateway.tasksOf(requests.getLast())).extracting(Task::taskId).containsExactly(task.taskId());
    }

    @Test
    void dash_presentation_is_whole_in_the_parent_after_one_push() {
        Pages pages = cluster.origin().pages();
        String mpd = pages.url("stream.mpd");
        pages.body(mpd, text("""
                <?xml version="1.0"?>
                <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT6M40S">
                  <Period>
                    <AdaptationSet mimeType="video/mp4">
                      <SegmentTemplate timescale="1000" duration="4000" initialization="$RepresentationID$/init.mp4"
                          media="$RepresentationID$/$Number%03d$.m4s"/>
                      <Representation id="low" bandwidth="1"/><Representation id="high" bandwidth="2"/>
                    </AdaptationSet>
                    <AdaptationSet mimeType="audio/mp4"><BaseURL>audio/</BaseURL>
                      <SegmentTemplate timescale="10" media="$Time$.m4s"><SegmentTimeline><S t="0" d="40" r="99"/>
                      </SegmentTimeline></SegmentTemplate>
                      <Representation id="a" bandwidth="3"/>
                    </AdaptationSet>
                  </Period>
                </MPD>
                """));
        List<String> requests = new ArrayList<>(List.of(mpd));
        for (String video : List.of("low", "high")) {
            requests.add(pages.url(video + "/init.mp4"));
            IntStream.rangeClosed(1, 100).forEach(i -> requests.add(pages.url("%s/%03d.m4s".formatted(video, i))));
        }
        IntStream.range(0, 100).forEach(i -> requests.add(pages.url("audio/" + 40 * i + ".m4s")));

        Task task = pushed(mpd);

        assertThat(task).as("%s", task).matches(Task::isComplete);
        assertThat(task.completeCount()).isEqualTo(303);
        assertHits(requests);
        assertThat(pages.fetches()).as("requests at the origin").isEqualTo(303);
    }

    @Test
    void five_thousand_pages_of_a_gzipped_sitemap_index_are_pushed_and_charged() {
        Pages pages = cluster.origin().pages();
        String index = pages.url("sitemap.xml");
        List<String> requests = new ArrayList<>(List.of(index));
        StringBuilder sitemaps = new StringBuilder("<sitemapindex>");
        for (int i = 0; i < 2; i++) {
            String sitemap = pages.url("sitemap-" + i + ".xml.gz");
            int number = i;
            List<String> urls = IntStream.range(0, 2_500)
                    .mapToObj(page -> pages.url("page-" + number + '-' + page))
                    .toList();
            pages.body(
                    sitemap,
                    gzip("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                            + "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
                            + urls.stream()
                                    .map(url -> "<url><loc>" + url + "</loc></url>")
                                    .collect(Collectors.joining())
                            + "</urlset>"));
            requests.add(sitemap);
            requests.addAll(urls);
            sitemaps.append("<sitemap><loc>").append(sitemap).append("</loc></sitemap>");
        }
        pages.body(index, text(sitemaps + "</sitemapindex>"));
        long before = gateway.used("push");

        Task task = pushed(index);

        assertThat(task).as("%s", task).matches(Task::isComplete);
        assertThat(task.completeCount()).isEqualTo(5_003);
        assertThat(pages.fetches()).as("requests at the origin").isEqualTo(5_003);
        assertThat(gateway.used("push") - before).isEqualTo(5_003);
        assertHits(requests);
        assertThat(gateway.objects(task.taskId(), null, 1_000))
                .extracting(TaskObject::index)
                .containsExactlyElementsOf(IntStream.range(0, 5_003).boxed().toList());
    }

    @Test
    void hostile_manifests_end_with_a_reason_and_fetch_nothing_else() {
        Pages pages = cluster.origin().pages();
        Pages victim = cluster.origin().pages();
        List<String> manifests = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        manifest(pages, manifests, reasons, "cycle.m3u8", "leads to itself", """
                #EXTM3U
                #EXT-X-STREAM-INF:BANDWIDTH=1
                cycle.m3u8
                """);
        manifest(pages, manifests, reasons, "foreign.m3u8", "names nothing of the account's domains", """
                #EXTM3U
                #EXT-X-KEY:METHOD=AES-128,URI="file:///etc/passwd"
                #EXTINF:1,
                http://127.0.0.1:9000/secret
                #EXTINF:1,
                http://other.test/segment.ts
                """);
        manifest(pages, manifests, reasons, "xxe.xml", "has a document type or entities", """
                <?xml version="1.0"?>
                <!DOCTYPE urlset [<!ENTITY x SYSTEM "%s">]>
                <urlset><url><loc>%s&x;</loc></url></urlset>
                """.formatted(
                        victim.url("entity"), pages.url("")));
        manifest(pages, manifests, reasons, "live.mpd", "is of a live presentation", "<MPD type=\"dynamic\"/>");
        manifest(pages, manifests, reasons, "xlink.mpd", "loads a part of itself from elsewhere", """
                <MPD xmlns:xlink="http://www.w3.org/1999/xlink"><Period xlink:href="%s"/></MPD>
                """.formatted(
                        victim.url("period")));
        manifest(pages, manifests, reasons, "broken.xml", "is broken: its XML is invalid", "<urlset><url><loc>");
        manifest(pages, manifests, reasons, "huge.mpd", "names more than 10000 objects", """
                <MPD mediaPresentationDuration="PT900H"><Period><AdaptationSet>
                <SegmentTemplate media="$Number$.m4s" duration="1"/><Representation id="1"/>
                </AdaptationSet></Period></MPD>
                """);
        manifests.add(pages.url("bomb.xml.gz"));
        reasons.add("unpacks to more than 50 MB");
        pages.body(manifests.getLast(), gzip("<urlset>" + " ".repeat(60_000_000)));

        Task task =
                Waiting.finished(gateway, gateway.pushWithChildren(manifests).taskId());

        assertThat(task).as("%s", task).matches(Task::isFailed);
        assertThat(task.objectCount()).isEqualTo(manifests.size());
        List<TaskObject> objects = gateway.objects(task.taskId(), "failed", 100);
        assertThat(objects).extracting(TaskObject::object).containsExactlyElementsOf(manifests);
        for (int i = 0; i < reasons.size(); i++) {
            assertThat(objects.get(i).description()).contains(reasons.get(i));
        }
        assertThat(pages.fetches()).as("the manifests only").isEqualTo(manifests.size());
        assertThat(victim.fetches()).isZero();
    }

    @Test
    void foreign_urls_are_skipped_and_named_and_the_rest_is_pushed() {
        Pages pages = cluster.origin().pages();
        String playlist = pages.url("some.m3u8");
        pages.body(playlist, text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXTINF:1,\na.ts\n"));

        Task task = pushed(playlist);

        assertThat(task).as("%s", task).matches(Task::isComplete);
        assertThat(gateway.objects(task.taskId(), null, 10))
                .extracting(TaskObject::object)
                .containsExactly(playlist, pages.url("a.ts"));
        assertThat(gateway.objects(task.taskId(), null, 10).getFirst().description())
                .contains("1 URL skipped", "the first: file:///etc/passwd");
    }

    @Test
    void cancelled_push_stops_its_children() {
        Pages pages = cluster.origin().pages();
        List<String> requests = HlsSite.publish(pages, 1, 400);
        List<String> segments = requests.subList(4, requests.size());
        segments.forEach(pages::hold);
        long before = gateway.used("push");
        String task = gateway.pushWithChildren(List.of(requests.getFirst())).taskId();
        Waiting.eventually("segments are in flight")
                .until(() -> segments.stream().anyMatch(url -> pages.fetches(url) > 0));

        gateway.post("/v1/tasks/" + task + "/cancel", "");

        Waiting.task(gateway, task, "is cancelled", it -> it.status().equals("cancelled"));
        segments.forEach(pages::letGo);
        Waiting.eventually("the requests in flight are counted")
                .until(() -> gateway.task(task), it -> it.completeCount() == pages.fetches());
        assertThat(pages.fetches()).isLessThan(requests.size());
        assertThat(gateway.task(task).status()).isEqualTo("cancelled");
        Waiting.eventually("the quota is exact").until(() -> gateway.used("push") == before + pages.fetches());
    }

    @Test
    void push_is_whole_and_charged_once_if_the_worker_is_killed_while_it_runs() {
        Pages pages = cluster.origin().pages();
        List<String> requests = HlsSite.publish(pages, 3, 50);
        String held = requests.getLast();
        pages.hold(held);
        long before = gateway.used("push");
        String task = gateway.pushWithChildren(List.of(requests.getFirst())).taskId();
        Waiting.eventually("a segment is in flight").until(() -> pages.fetches(held) > 0);

        cluster.kill(Service.PUSH_WORKER);
        cluster.start(Service.PUSH_WORKER);
        pages.letGo(held);

        Task finished = Waiting.finished(gateway, task);
        assertThat(finished).as("%s", finished).matches(Task::isComplete);
        assertThat(finished.objectCount()).isEqualTo(requests.size());
        assertThat(gateway.used("push") - before).isEqualTo(requests.size());
        assertHits(requests);
    }

    @Test
    void failed_children_are_retried_alone() {
        Pages pages = cluster.origin().pages();
        List<String> requests = HlsSite.publish(pages, 1, 10);
        String missing = requests.getLast();
        pages.remove(missing);
        Task task = pushed(requests.getFirst());
        assertThat(task).as("%s", task).matches(Task::isFailed);
        assertThat(task.failedCount()).isEqualTo(1);
        assertThat(gateway.objects(task.taskId(), "failed", 10))
                .extracting(TaskObject::object)
                .containsExactly(missing);

        String retry = gateway.post("/v1/tasks/" + task.taskId() + "/retry", "")
                .as(202, io.freshet.cluster.http.Accepted.class)
                .taskId();

        assertThat(Waiting.finished(gateway, retry).objectCount()).isEqualTo(1);
        assertThat(gateway.objects(retry, null, 10))
                .extracting(TaskObject::object)
                .containsExactly(missing);
    }

    private Task pushed(String manifest) {
        return Waiting.finished(
                gateway, gateway.pushWithChildren(List.of(manifest)).taskId());
    }

    private static void manifest(
            Pages pages, List<String> manifests, List<String> reasons, String name, String reason, String content) {
        manifests.add(pages.url(name));
        reasons.add(reason);
        pages.body(pages.url(name), text(content));
    }

    private void assertHits(List<String> urls) {
        CacheNode parent = cluster.l2();
        assertThat(urls).allSatisfy(url -> assertThat(parent.get(url).hit()).isTrue());
    }

    private static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text(content));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return packed.toByteArray();
    }
}
