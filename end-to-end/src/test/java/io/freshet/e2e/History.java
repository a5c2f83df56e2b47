package io.freshet.e2e;

import io.freshet.cluster.Pages;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.CacheNode.Copy;
import io.freshet.cluster.http.Task;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Requests of a client, their answers, and the conditions that follow from them. It knows only what went over
 * HTTP.
 */
final class History {

    private final List<Page> pages;
    private final Map<String, Consumer<Task>> open = new ConcurrentHashMap<>();
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final Queue<Task> failed = new ConcurrentLinkedQueue<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    /** @param directories with one page each */
    History(List<Pages> directories) {
        this.pages = directories.stream().map(Page::new).toList();
    }

    /** A page with versions of its own. */
    static final class Page {

        private final Pages pages;
        private final String url;
        private final AtomicInteger settled = new AtomicInteger(1);
        private int published = 1;

        private Page(Pages pages) {
            this.pages = pages;
            this.url = pages.url("page.html");
        }

        String url() {
            return url;
        }

        synchronized int publishNext() {
            pages.publish(++published);
            return published;
        }

        /** The version of the last refresh that was said to be settled. */
        int settled() {
            return settled.get();
        }
    }

    List<Page> pages() {
        return pages;
    }

    Page anyPage(Random random) {
        return pages.get(random.nextInt(pages.size()));
    }

    /** @param version what the origin had when it was asked for */
    void refreshAccepted(String taskId, Page page, int version) {
        accepted.put(taskId, "refresh");
        open.put(taskId, task -> {
            if (task.settledAt() != null) {
                page.settled.accumulateAndGet(version, Math::max);
            }
        });
    }

    void pushAccepted(String taskId) {
        accepted.put(taskId, "push");
        open.put(taskId, _ -> {});
    }

    Collection<String> accepted() {
        return accepted.keySet();
    }

    /** Accepted tasks of a kind. */
    Collection<String> accepted(String kind) {
        return accepted.entrySet().stream()
                .filter(task -> task.getValue().equals(kind))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Those that have not been seen finished. */
    Collection<String> open() {
        return open.keySet();
    }

    void seen(Task task) {
        Consumer<Task> told = open.get(task.taskId());
        if (told == null) {
            return;
        }
        told.accept(task);
        if (task.isFailed()) {
            failed.add(task);
        }
        boolean settles = "refresh".equals(accepted.get(task.taskId()));
        if (task.isFailed() || task.isComplete() && (!settles || task.settledAt() != null)) {
            open.remove(task.taskId());
        }
    }

    /** A node must not serve what is older than the last refresh that had settled when it was asked. */
    void check(Page page, CacheNode node) {
        int atLeast = page.settled();
        Copy copy = node.get(page.url());
        if (copy.version() < atLeast) {
            violated("%s gives version %d of %s, which was settled at %d: %s"
                    .formatted(node, copy.version(), page.url(), atLeast, copy));
        }
    }

    void violated(String what) {
        violations.add(what);
    }

    Collection<Task> failed() {
        return failed;
    }

    Collection<String> violations() {
        return violations;
    }
}
