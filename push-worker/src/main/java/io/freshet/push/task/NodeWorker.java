package io.freshet.push.task;

import io.freshet.push.fetch.PublicUrl;
import io.freshet.push.task.Warmer.FetchListener;
import io.freshet.push.task.Warmer.NodeJob;
import io.freshet.push.task.Warmer.PushResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes one node's part of a task, with its share of the domain's requests. Nodes do not wait for each other. */
final class NodeWorker implements Runnable {

    /**
     * One object.
     *
     * @param index position in the task
     */
    record PushItem(int index, PublicUrl url) {}

    private static final Logger log = LoggerFactory.getLogger(NodeWorker.class);

    private final Warmer warmer;
    private final NodeJob job;
    private final List<PushItem> items;
    private final Semaphore share;
    private final PushProgress progress;
    private final Executor threads;

    NodeWorker(
            Warmer warmer,
            NodeJob job,
            List<PushItem> items,
            Semaphore share,
            PushProgress progress,
            Executor threads) {
        this.warmer = warmer;
        this.job = job;
        this.items = items;
        this.share = share;
        this.progress = progress;
        this.threads = threads;
    }

    @Override
    public void run() {
        List<CompletableFuture<Void>> started = new ArrayList<>();
        try {
            for (PushItem item : items) {
                Optional<String> failure = warmer.await(job, new ItemListener(item.index()));
                if (failure.isPresent()) {
                    progress.failed(item.index(), node(), failure.get());
                } else {
                    started.add(begin(item));
                }
            }
        } catch (PushCancelledException e) {
            log.debug("task was cancelled; {} gets no more objects", node(), e);
        } catch (InterruptedException e) {
            throw new PushAbandonedException(e);
        }
        CompletableFuture.allOf(started.toArray(CompletableFuture[]::new)).join();
    }

    private CompletableFuture<Void> begin(PushItem item) throws InterruptedException, PushCancelledException {
        job.waits().await(share::acquire);
        try {
            return CompletableFuture.runAsync(() -> warm(item), threads);
        } catch (RejectedExecutionException e) {
            share.release();
            throw e;
        }
    }

    private void warm(PushItem item) {
        try {
            switch (warmer.warm(job, item.url(), new ItemListener(item.index()))) {
                case PushResult.Pushed warm -> progress.delivered(item.index(), node(), warm.bytes(), warm.remark());
                case PushResult.NotPushed notPushed -> progress.failed(item.index(), node(), notPushed.why());
            }
        } catch (PushCancelledException e) {
            log.debug("task was cancelled; {} does not get object {}", node(), item.index(), e);
        } catch (InterruptedException e) {
            throw new PushAbandonedException(e);
        } finally {
            share.release();
        }
    }

    private String node() {
        return job.node().id();
    }

    private final class ItemListener implements FetchListener {

        private final int index;

        ItemListener(int index) {
            this.index = index;
        }

        @Override
        public void sending() {
            progress.sent(index, node());
        }

        @Override
        public void waiting(String why) {
            progress.waitingFor(node(), why);
        }

        @Override
        public void available() {
            progress.available(node());
        }

        @Override
        public void delayed(String why) {
            progress.delayed(index, node(), why);
        }

        @Override
        public void retrying(String why) {
            progress.retrying(index, node(), why);
        }
    }
}
