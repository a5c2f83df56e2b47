package io.freshet.push.task;

import io.freshet.push.fetch.PublicUrl;
import io.freshet.push.task.Warmer.Errand;
import io.freshet.push.task.Warmer.Result;
import io.freshet.push.task.Warmer.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** What one node is to get of a task, as many objects at once as its share of the domain's limit allows. Nodes do not wait for each other. */
final class Lane implements Runnable {

    /**
     * @param index in the task
     */
    record Item(int index, PublicUrl url) {}

    private final Warmer warmer;
    private final Errand errand;
    private final List<Item> items;
    private final Semaphore share;
    private final Progress progress;
    private final Executor threads;

    Lane(Warmer warmer, Errand errand, List<Item> items, Semaphore share, Progress progress, Executor threads) {
        this.warmer = warmer;
        this.errand = errand;
        this.items = items;
        this.share = share;
        this.progress = progress;
        this.threads = threads;
    }

    @Override
    public void run() {
        List<CompletableFuture<Void>> begun = new ArrayList<>();
        try {
            for (Item item : items) {
                Optional<String> givenUp = warmer.await(errand, new Teller(item.index()));
                if (givenUp.isPresent()) {
                    progress.failed(item.index(), node(), givenUp.get());
                } else {
                    begun.add(begin(item));
                }
            }
        } catch (InterruptedException e) {
            throw new AbandonedException(e);
        }
        CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).join();
    }

    private CompletableFuture<Void> begin(Item item) throws InterruptedException {
        share.acquire();
        try {
            return CompletableFuture.runAsync(() -> warm(item), threads);
        } catch (RejectedExecutionException e) {
            share.release();
            throw e;
        }
    }

    private void warm(Item item) {
        try {
            switch (warmer.warm(errand, item.url(), new Teller(item.index()))) {
                case Result.Warm warm -> progress.delivered(item.index(), node(), warm.bytes());
                case Result.Cold cold -> progress.failed(item.index(), node(), cold.why());
            }
        } catch (InterruptedException e) {
            throw new AbandonedException(e);
        } finally {
            share.release();
        }
    }

    private String node() {
        return errand.node().id();
    }

    private final class Teller implements Watcher {

        private final int index;

        Teller(int index) {
            this.index = index;
        }

        @Override
        public void waiting(String why) {
            progress.waitingFor(node(), why);
        }

        @Override
        public void backAgain() {
            progress.backAgain(node());
        }

        @Override
        public void troubled(String why) {
            progress.troubled(index, node(), why);
        }
    }
}
