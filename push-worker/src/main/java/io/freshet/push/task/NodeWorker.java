package io.freshet.push.task;

import io.freshet.push.fetch.PublicUrl;
import io.freshet.push.task.Warmer.FetchListener;
import io.freshet.push.task.Warmer.NodeJob;
import io.freshet.push.task.Warmer.PushResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Executes one node's part of a task, with its share of the domain's requests. Nodes do not wait for each other.
 * Several threads run it at once; each takes the next object when it is done with one.
 */
final class NodeWorker implements Runnable {

    /**
     * One object.
     *
     * @param index position in the task
     */
    record PushItem(int index, PublicUrl url) {}

    private final Warmer warmer;
    private final NodeJob job;
    private final List<PushItem> items;
    private final AtomicInteger started = new AtomicInteger();
    private final Semaphore share;
    private final PushProgress progress;

    NodeWorker(Warmer warmer, NodeJob job, List<PushItem> items, Semaphore share, PushProgress progress) {
        this.warmer = warmer;
        this.job = job;
        this.items = items;
        this.share = share;
        this.progress = progress;
    }

    /** Returns the number of objects. */
    int size() {
        return items.size();
    }

    @Override
    public void run() {
        try {
            for (PushItem item = next(); item != null; item = next()) {
                push(item, new ItemListener(item.index()));
            }
        } catch (InterruptedException e) {
            throw new PushAbandonedException(e);
        }
    }

    private @Nullable PushItem next() {
        int position = started.getAndIncrement();
        return position < items.size() ? items.get(position) : null;
    }

    private void push(PushItem item, ItemListener listener) throws InterruptedException {
        Optional<String> failure = warmer.await(job, listener);
        if (failure.isPresent()) {
            progress.failed(item.index(), node(), failure.get());
            return;
        }
        share.acquire();
        try {
            switch (warmer.warm(job, item.url(), listener)) {
                case PushResult.Pushed warm -> progress.delivered(item.index(), node(), warm.bytes(), warm.remark());
                case PushResult.NotPushed notPushed -> progress.failed(item.index(), node(), notPushed.why());
            }
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
        public void waiting(String why) {
            progress.waitingFor(node(), why);
        }

        @Override
        public void available() {
            progress.available(node());
        }

        @Override
        public void retrying(String why) {
            progress.retrying(index, node(), why);
        }
    }
}
