package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Refresh of one type in a directory of its own: the pages that it names must be new, and all others still cached.
 *
 * @param refresh asks for it; softly if true
 */
record SelectorScenario(Pages pages, List<Page> named, List<Page> others, Function<Boolean, Accepted> refresh) {

    /** A URL, and the host that it is asked for of a node. */
    private record Page(String url, String host) {}

    static SelectorScenario of(String type, TestCluster cluster) {
        Pages pages = cluster.origin().pages();
        GatewayClient gateway = cluster.gateway();
        return switch (type) {
            case "url" ->
                ofUrls(type, pages, gateway, "a.html?x=1", List.of("a.html?x=1"), List.of("a.html", "a.html?x=2"));
            case "ignore-query" ->
                ofUrls(
                        type,
                        pages,
                        gateway,
                        "a.html?utm=1",
                        List.of("a.html", "a.html?x=1", "a.html?y=2&x=1"),
                        List.of("a.htmlx", "a.html/b", "b.html?a.html"));
            case "directory" ->
                ofUrls(
                        type,
                        pages,
                        gateway,
                        "img/",
                        List.of("img/", "img/a.png?v=1", "img/b/c.png"),
                        List.of("img", "imgs/a.png", "Img/a.png"));
            case "prefix" ->
                ofUrls(
                        type,
                        pages,
                        gateway,
                        "img/logo",
                        List.of("img/logo", "img/logo-2.png", "img/logo/x?y=1"),
                        List.of("img/log", "img/Logo.png", "x/img/logo"));
            case "regex" ->
                ofUrls(
                        type,
                        pages,
                        gateway,
                        "img/.*\\.(png|jpg)",
                        List.of("img/1.png", "img/a/22.jpg", "img/.png?v=3.jpg"),
                        List.of("img/1.gif", "img/1.png?v=1", "img/1xpng"));
            case "host" -> ofHost(pages, soft -> refresh(gateway, type, "http://one.sub.test/", soft));
            case "everything" -> ofHost(pages, soft -> gateway.refreshEverything("one.sub.test", soft));
            case "tag" -> ofTag(pages, gateway);
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static SelectorScenario ofUrls(
            String type, Pages pages, GatewayClient gateway, String object, List<String> named, List<String> others) {
        return new SelectorScenario(
                pages,
                named.stream()
                        .map(name -> new Page(pages.url(name), "site.test"))
                        .toList(),
                others.stream()
                        .map(name -> new Page(pages.url(name), "site.test"))
                        .toList(),
                soft -> refresh(gateway, type, pages.directory() + object, soft));
    }

    private static SelectorScenario ofHost(Pages pages, Function<Boolean, Accepted> refresh) {
        List<String> urls = List.of(pages.url("a.html"), pages.url("dir/b.html?x=1"));
        return new SelectorScenario(
                pages,
                urls.stream().map(url -> new Page(url, "one.sub.test")).toList(),
                urls.stream()
                        .flatMap(url -> Stream.of(new Page(url, "two.sub.test"), new Page(url, "site.test")))
                        .toList(),
                refresh);
    }

    private static SelectorScenario ofTag(Pages pages, GatewayClient gateway) {
        pages.tag(pages.url("a.html"), "news");
        pages.tag(pages.url("b.html?x=1"), "sports,news,front");
        pages.tag(pages.url("c.html"), "newsletter,old-news,New");
        return new SelectorScenario(
                pages,
                List.of(new Page(pages.url("a.html"), "site.test"), new Page(pages.url("b.html?x=1"), "site.test")),
                List.of(
                        new Page(pages.url("c.html"), "site.test"),
                        new Page(pages.url("d.html"), "site.test"),
                        new Page(pages.url("a.html"), "one.sub.test")),
                soft -> gateway.refreshTags("site.test", List.of("news"), soft));
    }

    private static Accepted refresh(GatewayClient gateway, String type, String object, boolean soft) {
        return soft ? gateway.refreshSoftly(type, List.of(object)) : gateway.refresh(type, List.of(object));
    }

    /** Refreshes, and checks the effect on each of these nodes. */
    void assertNamesExactly(TestCluster cluster, List<CacheNode> nodes, boolean soft) {
        nodes.forEach(this::hold);
        pages.publish(2);
        complete(cluster, refresh.apply(soft));
        nodes.forEach(node -> assertEffect(node, soft));
    }

    /** The same, while the last of the nodes is away; it must have the same effect there when it is in sync again. */
    void assertNamesExactlyWhenCaughtUp(TestCluster cluster, List<CacheNode> nodes, boolean soft) {
        CacheNode away = nodes.getLast();
        nodes.forEach(this::hold);
        pages.publish(2);
        cluster.pause(away);
        Accepted accepted;
        try {
            Waiting.inSync(cluster, away, false);
            accepted = refresh.apply(soft);
            Waiting.task(
                    cluster.gateway(),
                    accepted.taskId(),
                    "names the late node",
                    task -> task.laggingNodes().contains(away.id()));
        } finally {
            cluster.resume(away);
        }
        Waiting.inSync(cluster, away, true);
        complete(cluster, accepted);
        nodes.forEach(node -> assertEffect(node, soft));
    }

    private static void complete(TestCluster cluster, Accepted accepted) {
        Task task = Waiting.finished(cluster.gateway(), accepted.taskId());
        assertThat(task.status()).as("%s", task).isEqualTo("complete");
    }

    private void hold(CacheNode node) {
        Stream.concat(named.stream(), others.stream()).forEach(page -> {
            node.get(page.url(), page.host());
            assertThat(node.get(page.url(), page.host()))
                    .as("%s on %s", page, node)
                    .matches(copy -> copy.hit() && copy.isVersion(1), "is held");
        });
    }

    /** A stale copy is served once more, while the new one is fetched. */
    private void assertEffect(CacheNode node, boolean soft) {
        for (Page page : named) {
            if (soft) {
                Waiting.eventually(node + " gives the new version of " + page)
                        .until(() -> node.get(page.url(), page.host()).isVersion(2));
            } else {
                assertThat(node.get(page.url(), page.host()).version())
                        .as("%s on %s", page, node)
                        .isEqualTo(2);
            }
        }
        for (Page page : others) {
            assertThat(node.get(page.url(), page.host()))
                    .as("%s on %s", page, node)
                    .matches(copy -> copy.hit() && copy.isVersion(1), "is still cached");
        }
    }
}
