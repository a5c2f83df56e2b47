package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Batch;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.process.Service;
import io.freshet.e2e.browser.Browser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.openqa.selenium.Keys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Use of the console in Chromium. Stops nodes and the gateway for a moment. */
@ExtendWith(OnlyWithBrowser.class)
@ClusterTest
@Order(Order.DEFAULT + 22)
// Chromium aborts requests when a network interface comes or goes, as it does with containers.
@ResourceLock("network interfaces")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleIT {

    private static final Logger log = LoggerFactory.getLogger(ConsoleIT.class);
    private static final Pattern TASK = Pattern.compile("/tasks/(\\d+)");
    private static final String SMALL = "small";

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final CacheNode node;
    private final PastTasks past;
    private Browser browser;

    ConsoleIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.node = cluster.l1().getLast();
        this.past = new PastTasks(cluster.record(), SMALL);
    }

    @BeforeAll
    void open() {
        browser = Browser.open(cluster.gatewayAddress());
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @BeforeEach
    void sign_out() {
        browser.looksLike(1280, 900, false);
        signedOut();
        browser.errors(); // of the test before
    }

    @AfterEach
    void restore_cluster() {
        past.forget();
        cluster.start(node);
        gateway.delete("/v1/nodes/" + node.id() + "/maintenance");
        Waiting.inSync(cluster, node, true);
    }

    @Test
    void three_hundred_urls_are_checked_fixed_submitted_followed_found_and_repeated() {
        Pages pages = cluster.origin().pages();
        List<String> urls = new ArrayList<>(pages.urls(300));
        urls.forEach(node::get);
        pages.publish(2);
        urls.set(16, urls.get(16) + " " + urls.get(17));
        urls.set(200, "https://another.example/b");
        urls.set(250, urls.get(249).replace("site.test", "SITE.test:80"));
        browser.signIn(Fleet.TOKEN);

        browser.paste("#entries", String.join("\n", urls));

        browser.awaitText("#check", "2 invalid lines");
        browser.awaitText("#check", "1 duplicate");
        assertThat(browser.text(".faults"))
                .contains("Line 17", "make each an entry of its own", "Line 201", "another.example");
        assertThat(browser.find("#submit").getDomAttribute("aria-disabled")).isEqualTo("true");
        browser.click(".faults li:nth-child(2) button");
        assertThat(browser.count(".editor-mark.editor-wrong"))
                .as("the wrong line is shown and marked")
                .isEqualTo(1);
        // The line is selected now, so what is typed takes its place.
        browser.press(pages.url("mended-200.html"));
        browser.awaitText("#check", "1 invalid line");
        browser.click(".fault-line");
        browser.press(pages.url("mended-16.html"));
        browser.awaitText("#check", "No invalid line");
        browser.awaitText("#check", "299");
        browser.run("window.sameDocument = true");
        browser.click("#submit");

        browser.awaitText(".overview", "100%");
        browser.awaitText(".overview .status", "Complete");
        assertThat(browser.run("return window.sameDocument"))
                .as("nothing was reloaded")
                .isEqualTo(true);
        String task = shownTask();
        // The task store may be behind the stream.
        assertThat(Waiting.finished(gateway, task).isComplete()).isTrue();
        assertThat(gateway.task(task).objectCount()).isEqualTo(299);
        assertThat(urls.subList(0, 10))
                .allSatisfy(url -> assertThat(node.get(url)).matches(copy -> copy.isVersion(2)));
        browser.awaitText(".facts", "after");
        browser.awaitText(".objects", pages.url("mended-16.html"));
        browser.awaitText(".objects", "3 of 3");

        // What was in the caches, and what was not.
        browser.awaitText(".objects", "was in 2 of 3 caches");
        browser.awaitText(".objects", "was in none of 3 caches");
        browser.awaitText(".facts", "297 in a cache · 2 in none");
        browser.click("#export-objects");
        assertThat(browser.downloaded("freshet-task-" + task + ".csv").lines())
                .hasSize(300)
                .filteredOn(line -> line.contains("was in none of 3 caches"))
                .hasSize(2);

        // The record is found by its object, and the way back leads to the list.
        browser.click(".tabs a[href='/tasks']");
        browser.find(".records-rows");
        browser.choose("#filter-kind", "refresh");
        browser.choose("#filter-status", "complete");
        browser.type("#filter-object", pages.url("mended-16.html"));
        browser.press(Keys.ENTER);
        browser.awaitCount(".task-row", 1);
        assertThat(browser.path()).contains("kind=refresh", "status=complete", "object=");
        browser.click(".task-row .row-link");
        browser.awaitText(".overview .status", "Complete");
        assertThat(shownTask()).isEqualTo(task);
        browser.back();
        browser.awaitCount(".task-row", 1);
        browser.choose("#filter-status", "failed");
        browser.awaitText(".empty", "No task matches");

        // A shared link leads to the task; once more, with one click.
        browser.go("/tasks/" + task);
        browser.click("#repeat");
        Waiting.eventually("the new task is shown")
                .until(() ->
                        TASK.matcher(browser.path()).matches() && !shownTask().equals(task));
        browser.awaitText(".overview .status", "Complete");
        assertThat(gateway.objects(shownTask(), null, 1_000))
                .extracting(object -> object.object())
                .isEqualTo(gateway.objects(task, null, 1_000).stream()
                        .map(object -> object.object())
                        .toList());

        browser.click("#sign-out");
        browser.find("#token");
        assertThat(browser.run("return sessionStorage.length + document.cookie.length"))
                .isEqualTo(0L);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void file_is_refused_for_a_bad_line_and_then_uploaded_without_it(@TempDir Path folder) throws IOException {
        Pages pages = cluster.origin().pages();
        List<String> lines = new ArrayList<>(pages.urls(3_000));
        lines.set(1_999, "ftp://site.test/bad");
        Path file = Files.write(folder.resolve("urls.txt"), lines);
        browser.signIn(Fleet.TOKEN);
        browser.click(".tabs a[href='/batches']");
        browser.chooseFile("#file", file);
        browser.click("#upload");
        browser.awaitText("#upload-state", "urls.txt was not accepted");
        browser.awaitText("#upload-state", "Line 2000 starts with neither http:// nor https://");
        browser.errors(); // of the refusal

        browser.choose("#on-error", "skip");
        browser.click("#upload");
        browser.awaitText("#upload-state", "urls.txt was accepted");
        check();
        browser.click("#uploaded");
        browser.awaitText(".overview .status", "Complete");
        browser.awaitText(".overview", "100%");
        browser.awaitText(".facts", "3,000 read · 1 bad");
        browser.awaitText("#bad-lines", "Line 2000");
        browser.awaitCount(".task-row", 3);
        check();
        String batch = browser.path().replace("/batches/", "");
        browser.click("#export-errors");
        assertThat(browser.downloaded("freshet-batch-" + batch + "-errors.csv"))
                .contains("2000,starts with neither http:// nor https://,ftp://site.test/bad");
        assertThat(gateway.batch(batch).completeCount()).isEqualTo(2_999);
        browser.click(".tabs a[href='/batches']");
        browser.awaitText("a[href='/batches/" + batch + "']", "Batch " + batch);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void batch_is_cancelled_after_a_confirmation() {
        Pages pages = cluster.origin().pages();
        browser.signIn(Fleet.TOKEN);
        cluster.stop(node);
        byte[] lines = String.join("\n", pages.urls(3)).getBytes(StandardCharsets.UTF_8);
        String batch = gateway.uploadAsync("kind=refresh", new ByteArrayInputStream(lines))
                .join()
                .as(202, Batch.class)
                .batchId();
        browser.go("/batches/" + batch);
        browser.awaitText(".overview .status", "Running");

        browser.click("#cancel");
        browser.click("dialog button[type=submit]");

        browser.awaitText(".overview .status", "Cancelled");
        browser.awaitText(".overview .facts", "1 Cancelled");
        browser.awaitCount("#cancel", 0);
        check();
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void directory_is_refreshed_and_named_urls_are_pushed_from_one_form() {
        Pages pages = cluster.origin().pages();
        browser.signIn(Fleet.TOKEN);
        browser.click(".tabs a[href='/refresh']");
        browser.click(".segment:nth-of-type(2)");
        browser.paste("#entries", pages.directory());
        browser.click(".toggle:nth-of-type(2)");
        browser.awaitText("#obstacle", "Enter the URLs to push");
        browser.paste("#then-push-urls", "https://elsewhere.example/a");
        browser.awaitText(".pushed-urls .fault", "elsewhere.example");
        browser.run(
                "const f = document.querySelector('#then-push-urls'); f.value = arguments[0];"
                        + " f.dispatchEvent(new Event('input'))",
                pages.url("a.html"));
        browser.awaitText("#check", "No invalid line");
        Waiting.eventually("the form can be submitted")
                .until(() -> browser.run("return document.querySelector('#obstacle').textContent")
                        .equals(""));
        browser.click("#submit");
        browser.awaitText(".submitted .row:last-child", "Complete");
        browser.click(".submitted .row:first-child a");
        browser.awaitText(".overview", pages.url("a.html"));
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void url_is_refreshed_with_any_query_and_found_by_its_type_in_the_records() {
        Pages pages = cluster.origin().pages();
        browser.signIn(Fleet.TOKEN);
        browser.click(".tabs a[href='/refresh']");
        browser.choose("#other-modes", "regex");
        browser.awaitText(".refresh-main", "must match path and query as a whole");
        browser.choose("#other-modes", "ignore-query");
        browser.paste("#entries", pages.url("a.html?v=1"));
        browser.awaitText("#check", "No invalid line");
        check();
        browser.looksLike(360, 780, false);
        fitsInto(360);
        browser.looksLike(1280, 900, false);
        browser.awaitCount("#submit[aria-disabled]", 0);
        browser.click("#submit");

        browser.awaitText(".overview .status", "Complete");
        browser.awaitText(".heading", "Refresh with any query");
        browser.awaitText(".objects", pages.url("a.html"));
        browser.click(".tabs a[href='/tasks']");
        browser.choose("#filter-type", "ignore-query");
        browser.awaitText(".task-row", "Refresh with any query");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void tag_is_submitted_within_a_domain_and_everything_asks_with_the_domains_first() {
        browser.signIn(Fleet.TOKEN);
        browser.click(".tabs a[href='/refresh']");
        browser.choose("#other-modes", "everything");
        browser.choose("#domain", "site.test");
        browser.awaitCount("#entries", 0);
        browser.awaitCount("#submit[aria-disabled]", 0);
        browser.click("#submit");
        browser.awaitText(".dialog", "Refresh everything of 1 domain?");
        browser.awaitText(".dialog", "site.test");
        browser.click(".dialog .button:not(.button-danger)");
        browser.awaitCount(".dialog", 0);

        browser.choose("#other-modes", "tag");
        browser.paste("#entries", "news\nnews, sport");
        browser.awaitText(".faults", "make each tag an entry of its own");
        browser.click(".summary-wrong .button-link");
        browser.awaitText("#check", "No invalid line");
        check();
        browser.looksLike(360, 780, false);
        fitsInto(360);
        browser.looksLike(1280, 900, false);
        browser.awaitCount("#submit[aria-disabled]", 0);
        browser.click("#submit");
        browser.awaitText(".task", "Tag refresh");
        browser.awaitText(".objects", "site.test#news");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void push_with_a_limit_and_a_node_is_corrected_submitted_and_repeated() {
        Pages pages = cluster.origin().pages();
        browser.signIn(Fleet.TOKEN);
        browser.click(".tabs a[href='/refresh']");
        browser.click("input[value='push'] + .icon");
        browser.paste("#entries", pages.url("a.html"));
        browser.awaitText("#check", "No invalid line");

        browser.click("#more-options");
        enter("#limit-requestsPerSecond", "0");
        browser.awaitText("#limit-requestsPerSecond-faults", "must be a whole number");
        enter("#push-nodes", "nowhere");
        enter("#limit-requestsPerSecond", "50");
        browser.awaitText("#push-nodes-faults", "nowhere is not a node of the fleet");
        assertThat(browser.find("#submit").getDomAttribute("aria-disabled")).isEqualTo("true");
        check();
        browser.looksLike(360, 780, false);
        fitsInto(360);
        browser.looksLike(1280, 900, false);
        browser.errors(); // of the refusals
        enter("#push-nodes", node.id());
        browser.awaitCount("#node-ids option[value='" + node.id() + "']", 1);
        browser.awaitCount("#submit[aria-disabled]", 0);
        browser.awaitText(".more-summary .badge", "2");
        browser.click("#submit");

        awaitPushOfOneNode();
        String task = shownTask();
        browser.click("#repeat");
        Waiting.eventually("the new task is shown")
                .until(() ->
                        TASK.matcher(browser.path()).matches() && !shownTask().equals(task));
        awaitPushOfOneNode();
        assertThat(browser.errors()).isEmpty();
    }

    private void awaitPushOfOneNode() {
        browser.awaitText(".overview .status", "Complete");
        browser.awaitText(".facts", "50 requests/s");
        browser.awaitText(".facts", node.id());
        browser.awaitText(".objects", "1 of 1");
    }

    /** Replaces the text of a field by keystrokes, as people do. */
    private void enter(String css, String text) {
        browser.find(css).sendKeys(Keys.chord(Keys.CONTROL, "a"), text);
    }

    @Test
    void stopped_node_is_shown_as_lagging_and_then_as_in_sync() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        browser.signIn(Fleet.TOKEN);
        browser.click(".tabs a[href='/nodes']");
        browser.awaitText(card(), "In sync");

        long stopped = System.nanoTime();
        cluster.stop(node);
        browser.awaitText(card(), "Lagging");
        log.info("a node that was stopped is seen after {} ms, its own end included", millisSince(stopped));

        browser.click(".tabs a[href='/refresh']");
        browser.paste("#entries", url);
        browser.awaitText("#check", "No invalid line");
        browser.click("#submit");
        browser.awaitText(".lagging", node.id());
        browser.awaitText(".overview .status", "Running");
        browser.awaitText(".objects", "2 of 3");
        browser.awaitText(".object-row .node-names", node.id());
        check("task-lagging-light");

        cluster.start(node);
        browser.awaitText(".overview .status", "Complete");
        browser.awaitCount(".lagging", 0);
        browser.awaitText(".objects", "3 of 3");
        browser.click(".tabs a[href='/nodes']");
        browser.awaitText(card(), "In sync");
        browser.awaitText(card(), "Nothing missed");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void task_is_cancelled_after_a_confirmation_and_failed_objects_are_retried() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(3);
        browser.signIn(Fleet.TOKEN);
        cluster.stop(node);
        String refresh = gateway.refresh("url", urls).taskId();
        browser.go("/tasks/" + refresh);
        browser.awaitText(".overview .status", "Running");
        browser.click("#cancel");
        browser.click("dialog button[type=button]");
        browser.awaitCount("dialog", 0);
        browser.awaitText(".overview .status", "Running");
        browser.click("#cancel");
        browser.click("dialog button[type=submit]");
        browser.awaitText(".overview .status", "Cancelled");
        browser.awaitText(".objects", "Cancelled");
        browser.awaitCount(".lagging", 0);
        browser.awaitCount("#cancel", 0);
        assertThat(gateway.task(refresh).status()).isEqualTo("cancelled");

        pages.remove(urls.get(1));
        String failed = Waiting.finished(gateway, gateway.push(urls).taskId()).taskId();
        browser.go("/tasks/" + failed);
        browser.click("#retry");
        Waiting.eventually("the retry is shown")
                .until(() ->
                        TASK.matcher(browser.path()).matches() && !shownTask().equals(failed));
        browser.awaitText(".facts", failed);
        browser.awaitText(".overview .status", "Failed");
        assertThat(gateway.objects(shownTask(), null, 10)).hasSize(1);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void operator_holds_a_node_with_a_reason_and_releases_it() {
        browser.signIn(Fleet.TOKEN);
        browser.click(".tabs a[href='/nodes']");
        browser.clickText("Hold: " + node.id());
        browser.type("#reason", "new <script>alert(1)</script> disks");
        browser.press(Keys.ENTER);
        browser.awaitText(card(), "In maintenance");
        browser.awaitText(card(), "<script>alert(1)</script>");
        browser.clickText("Release: " + node.id());
        browser.click("dialog button[type=submit]");
        browser.awaitText(card(), "In sync");
        browser.clickText("Flush: " + node.id());
        browser.click("dialog button[type=button]");
        browser.awaitCount("dialog", 0);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void lost_stream_is_shown_and_reconnects() {
        browser.signIn(Fleet.TOKEN);
        browser.click(".tabs a[href='/tasks']");
        browser.awaitText(".stream", "Live");
        cluster.kill(Service.GATEWAY);
        browser.awaitText(".stream", "Reconnecting");
        cluster.start(Service.GATEWAY);
        browser.awaitText(".stream", "Live");
        String task = gateway.refresh("url", List.of(cluster.origin().pages().url("a.html")))
                .taskId();
        browser.awaitText("a[href='/tasks/" + task + "']", "site.test");
        browser.errors(); // of connections that were refused meanwhile
    }

    @Test
    void text_being_typed_survives_an_update_of_the_list() {
        browser.signIn(Fleet.TOKEN);
        browser.click(".tabs a[href='/tasks']");
        browser.awaitText(".stream", "Live");
        String url = cluster.origin().pages().url("typed.html");
        browser.type("#filter-object", url);
        String task = gateway.refresh("url", List.of(url)).taskId();
        browser.awaitText("a[href='/tasks/" + task + "']", "site.test");

        browser.press(Keys.ENTER);

        browser.awaitCount(".task-row", 1);
        assertThat(browser.path()).contains("object=");
        browser.click(".filters-clear");
        Waiting.eventually("the field is empty")
                .until(() -> browser.run("return document.querySelector('#filter-object').value")
                        .equals(""));
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void unknown_path_shows_page_not_found_with_a_link_to_the_start() {
        browser.signIn(Fleet.TOKEN);
        browser.run("history.pushState({}, '', '/nonsense'); dispatchEvent(new PopStateEvent('popstate'))");
        browser.awaitText("h1", "Page not found");
        browser.click(".empty a[href='/refresh']");
        browser.find("#entries");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void listener_that_fails_is_reported_and_keeps_its_stream() {
        browser.signIn(Fleet.TOKEN);
        browser.run("""
                const encoder = new TextEncoder();
                const real = window.fetch;
                window.connections = 0;
                window.received = [];
                window.reported = [];
                window.addEventListener("error", () => window.reported.push("error"));
                import("/console/app/stream.js").then(({ follow }) => {
                    window.fetch = () => {
                        window.connections++;
                        return Promise.resolve(new Response(new ReadableStream({
                            start: stream => [1, 2, 3].forEach(n =>
                                stream.enqueue(encoder.encode(`event: task\ndata: ${n}\n\n`))),
                        })));
                    };
                    follow("/v1/tasks/events", (name, n) => {
                        window.received.push(n);
                        if (n === 1) throw new Error("fault of a page");
                    }, () => {});
                    window.fetch = real;
                })""");
        Waiting.eventually("three events").until(() -> number("return window.received.length") >= 3);
        assertThat(number("return window.received.length")).isEqualTo(3);
        assertThat(number("return window.connections")).isEqualTo(1);
        assertThat(number("return window.reported.length")).isEqualTo(1);
        browser.errors(); // of the listener
    }

    @Test
    void history_of_a_hundred_thousand_tasks_renders_visible_rows_only() {
        past.complete(100_000);
        browser.signIn(Fleet.SMALL_TOKEN);
        assertThat(browser.texts(".tab")).noneMatch(name -> name.contains("Nodes"));
        browser.go("/tasks");
        browser.awaitText(".task-row", "small.test");
        log.info("the first page of 100,000 tasks is seen {} ms after the navigation began", browser.run("""
                const shown = performance.now(); return Math.round(shown)"""));
        browser.run("performance.clearResourceTimings()");
        for (int page = 1; page <= 20; page++) {
            browser.run("window.scrollTo(0, document.body.scrollHeight)");
            int rows = (page + 1) * 100;
            Waiting.eventually(rows + " rows").until(() -> listed() >= rows);
            assertThat(browser.count(".task-row")).as("rows that are drawn").isLessThan(60);
        }
        assertThat(requests()).as("requests for 2,000 more tasks").isBetween(20L, 22L);
        assertThat(browser.count("*")).as("elements of the page").isLessThan(2_500);

        // The way back from a task leads to where one was, without asking again.
        long scrolled = number("return Math.round(window.scrollY)");
        browser.run("document.querySelectorAll('.task-row .row-link')[20].click()");
        browser.find(".overview");
        long asked = requests();
        browser.back();
        Waiting.eventually("the list is where it was")
                .until(() -> number("return Math.round(window.scrollY)") == scrolled && browser.count(".task-row") > 5);
        assertThat(requests()).isEqualTo(asked);

        browser.go("/tasks?status=failed");
        browser.awaitText(".empty", "No task matches");
        browser.go("/tasks?since=1h");
        browser.click("#export");
        assertThat(browser.downloaded("freshet-tasks.csv").lines().count())
                .as("one line of names, and a task every 8 s of an hour but the last minute")
                .isBetween(435L, 445L);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void markup_in_foreign_text_stays_text() {
        String markup = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        long task = past.failedWith(markup);
        browser.signIn(Fleet.SMALL_TOKEN);
        browser.go("/tasks");
        browser.awaitText(".task-row", markup);
        browser.go("/tasks/" + task);
        browser.awaitText("h1", markup);
        browser.awaitText(".overview", markup);
        browser.awaitText(".lagging", markup);
        browser.awaitText(".facts", "Accept: " + markup);
        browser.awaitText(".cell-object .url", markup);
        browser.awaitText(".object-reason", markup);
        browser.awaitText(".object-row .node-names", markup);
        browser.go("/refresh");
        browser.paste("#entries", markup + "\nhttps://" + markup + "/");
        browser.awaitText("#check", "2 invalid lines");
        browser.go("/tasks?object=" + "%3Cscript%3Ealert(1)%3C%2Fscript%3E");
        browser.awaitText(".empty", "object");
        assertThat(browser.count("img, #console script")).isZero();
        assertThat(browser.run("return document.title").toString()).doesNotContain("owned");
        assertThat(browser.errors()).noneMatch(error -> error.contains("Content Security"));
    }

    @Test
    void every_page_is_accessible_in_light_and_dark() {
        Pages pages = cluster.origin().pages();
        pages.remove(pages.url("1.html"));
        gateway.refresh("directory", List.of(pages.url("images/")));
        String push =
                Waiting.finished(gateway, gateway.push(pages.urls(4)).taskId()).taskId();
        Waiting.finished(gateway, gateway.refresh("url", pages.urls(120)).taskId());
        pagesAreAccessible(push, true);
        pagesAreAccessible(push, false);
        failuresAreAccessible();
        narrowPagesAreAccessible(push);
    }

    private void pagesAreAccessible(String push, boolean dark) {
        String look = dark ? "dark" : "light";
        browser.looksLike(1280, 900, dark);
        signedOut();
        check("sign-in-" + look);
        browser.signIn(Fleet.TOKEN);
        List<String> lines = new ArrayList<>(cluster.origin().pages().urls(24));
        lines.set(5, "ftp://site.test/report.pdf");
        lines.set(11, lines.get(3));
        lines.set(17, "https://another.example/" + "long/".repeat(40) + "page.html");
        browser.paste("#entries", String.join("\n", lines));
        browser.awaitText("#check", "2 invalid lines");
        check("refresh-" + look);
        page("/tasks", ".task-row", "records-" + look);
        page("/tasks/" + push, ".object-row .status-failed", "task-" + look);
        page("/nodes", ".node", "nodes-" + look);
        browser.clickText("Flush: " + node.id());
        browser.find("dialog[open]");
        check();
        browser.press(Keys.ESCAPE);
        page("/quotas", ".quota", "quotas-" + look);
    }

    private void failuresAreAccessible() {
        signedOut();
        browser.type("#token", "wrong");
        browser.press(Keys.ENTER);
        browser.awaitText("#sign-in-fault", "No account");
        check();
        browser.signIn(Fleet.TOKEN);
        browser.click("input[value='push'] + .icon");
        browser.clickText("Add header");
        check();
        browser.run("document.querySelector(\"input[value='url']\").click()");
        page("/tasks?kind=push&status=pending&since=custom", ".empty");
        page("/tasks?object=no%20sense", ".empty-failure");
        page("/tasks/1", ".empty-failure");
    }

    private void narrowPagesAreAccessible(String push) {
        browser.looksLike(360, 780, false);
        for (String path : List.of("/quotas", "/inspect", "/refresh", "/tasks", "/tasks/" + push, "/nodes")) {
            browser.go(path);
            browser.find(".content h1");
            check();
            fitsInto(360);
        }
        for (int width : List.of(700, 901, 1_000, 1_141)) {
            browser.looksLike(width, 780, false);
            fitsInto(width);
        }
    }

    private void fitsInto(int width) {
        assertThat(number("return document.documentElement.scrollWidth"))
                .as("%s fits into %s px", browser.path(), width)
                .isLessThanOrEqualTo(width);
    }

    @Test
    void console_is_usable_from_the_keyboard() {
        Pages pages = cluster.origin().pages();
        browser.press(Keys.TAB);
        browser.signIn(Fleet.TOKEN);
        browser.find("#entries");
        browser.run("document.activeElement.blur()");
        browser.press(Keys.TAB);
        assertThat(browser.run("return document.activeElement.className")).isEqualTo("skip");
        browser.press(Keys.ENTER);
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("content");
        tabTo("INPUT"); // how to refresh
        browser.press(Keys.ARROW_RIGHT);
        browser.awaitText("#submit", "Refresh directories");
        browser.press(Keys.ARROW_LEFT);
        tabTo("TEXTAREA");
        browser.press(pages.url("a.html"));
        browser.awaitText("#check", "No invalid line");
        tabTo("BUTTON");
        browser.press(Keys.ENTER);
        browser.find(".overview");
        Waiting.eventually("the page that was led to has the focus")
                .until(() -> browser.run("return document.activeElement.id").equals("title"));
    }

    /** As in a new tab. */
    private void signedOut() {
        browser.go("/");
        browser.find(".bar, #token"); // a session that is being resumed would be kept again
        browser.run("sessionStorage.clear()");
        browser.go("/");
        browser.find("#token");
    }

    private void tabTo(String tag) {
        for (int i = 0; i < 20; i++) {
            browser.press(Keys.TAB);
            if (browser.run("return document.activeElement.tagName").equals(tag)) {
                return;
            }
        }
        throw new AssertionError("no " + tag + " is reached with the tabulator");
    }

    private void page(String path, String css) {
        browser.go(path);
        browser.find(css);
        check();
    }

    private void page(String path, String css, String picture) {
        browser.go(path);
        browser.find(css);
        browser.find(".stream-open");
        check(picture);
    }

    private void check(String picture) {
        Screenshots.take(browser, picture);
        check();
    }

    private void check() {
        assertThat(browser.accessibilityFaults()).as("%s", browser.path()).isEmpty();
    }

    private String card() {
        return "[data-node='" + node.id() + "']";
    }

    private String shownTask() {
        Matcher path = TASK.matcher(browser.path());
        assertThat(path.matches()).as(browser.path()).isTrue();
        return path.group(1);
    }

    /** Returns the number of listed tasks, rendered or not. */
    private long listed() {
        return number("return Math.round(document.querySelector('.rows-all').offsetHeight / 64)");
    }

    private long requests() {
        return number(
                "return performance.getEntriesByType('resource').filter(e => e.name.includes('/v1/tasks?')).length");
    }

    private long number(String script) {
        return ((Number) browser.run(script)).longValue();
    }

    private static long millisSince(long then) {
        return Duration.ofNanos(System.nanoTime() - then).toMillis();
    }
}
