package io.freshet.push.task;

import io.freshet.push.discover.ManifestCapture;
import io.freshet.push.discover.ManifestException;
import io.freshet.push.fetch.BodySink;
import io.freshet.push.fetch.PublicUrl;
import io.freshet.push.task.ManifestPushes.OfTask.Reading;
import io.freshet.push.task.ManifestPushes.PushedChildren;
import io.freshet.push.task.Warmer.FetchListener;
import io.freshet.push.task.Warmer.NodeJob;
import io.freshet.push.task.Warmer.PushResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

    /** Time after which a permit is passed on: long for small objects, short for tasks that wait. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Warmer warmer;
    private final NodeJob job;
    /** Objects that nobody has begun to push. */
    private final Queue<PushItem> queue;

    private final Semaphore share;
    private final PushProgress progress;
    private final ManifestPushes.@Nullable OfTask manifests;
    private final Executor threads;

    NodeWorker(
            Warmer warmer,
            NodeJob job,
            List<PushItem> items,
            Semaphore share,
            PushProgress progress,
            ManifestPushes.@Nullable OfTask manifests,
            Executor threads) {
        this.warmer = warmer;
        this.job = job;
        this.queue = new ConcurrentLinkedQueue<>(items);
        this.share = share;
        this.progress = progress;
        this.manifests = manifests;
        this.threads = threads;
    }

    @Override
    public void run() {
        List<CompletableFuture<Void>> started = new ArrayList<>();
        try {
            for (PushItem item = queue.poll(); item != null; item = queue.poll()) {
                Optional<String> failure = warmer.await(job, new ItemListener(item.index()));
                if (failure.isPresent()) {
                    report(item, new PushResult.NotPushed(failure.get()));
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
            return CompletableFuture.runAsync(() -> warmInTurn(item), threads);
        } catch (RejectedExecutionException e) {
            share.release();
            throw e;
        }
    }

    /** Uses a permit of the share for one object, and for more while they are quick. */
    private void warmInTurn(PushItem first) {
        long end = System.nanoTime() + TURN_NANOS;
        try {
            PushItem next = first;
            do {
                warm(next);
                next = System.nanoTime() - end < 0 && warmer.isAvailable(job) ? queue.poll() : null;
            } while (next != null);
        } catch (PushCancelledException e) {
            log.debug("task was cancelled; {} gets no more objects", node(), e);
        } catch (InterruptedException e) {
            throw new PushAbandonedException(e);
        } finally {
            share.release();
        }
    }

    private void warm(PushItem item) throws InterruptedException, PushCancelledException {
        Optional<Reading> reading = manifests == null ? Optional.empty() : manifests.read(item.index());
        if (reading.isPresent()) {
            warm(item, reading.get());
        } else {
            report(item, warmer.warm(job, item.url(), new ItemListener(item.index())));
        }
    }

    /** Pushes an object and, if it is a manifest, what it names. */
    private void warm(PushItem item, Reading reading) throws InterruptedException, PushCancelledException {
        try (reading) {
            PushResult result = warmer.warm(job, item.url(), new ManifestListener(item.index(), reading.capture()));
            if (result instanceof PushResult.Pushed) {
                PushedChildren children = reading.publish();
                progress.found(item.index(), children.tasks(), children.remark());
            }
            report(item, result);
        } catch (ManifestException e) {
            progress.failed(item.index(), node(), "the manifest " + e.reason());
        }
    }

    private void report(PushItem item, PushResult result) {
        switch (result) {
            case PushResult.Pushed warm -> progress.delivered(item.index(), node(), warm.bytes(), warm.remark());
            case PushResult.NotPushed _
            when warmer.hasLeft(job) -> progress.delivered(item.index(), node(), 0, "has left the fleet");
            case PushResult.NotPushed notPushed -> progress.failed(item.index(), node(), notPushed.why());
        }
    }

    private String node() {
        return job.node().id();
    }

    private class ItemListener implements FetchListener {

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

    /** Keeps the body of an object that may be a manifest. */
    private final class ManifestListener extends ItemListener {

        private final ManifestCapture capture;

        ManifestListener(int index, ManifestCapture capture) {
            super(index);
            this.capture = capture;
        }

        @Override
        public BodySink body() {
            return capture;
        }

        @Override
        public void variantDone(PublicUrl from) {
            capture.variantDone(from.toString());
        }
    }
}
