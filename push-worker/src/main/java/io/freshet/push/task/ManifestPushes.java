package io.freshet.push.task;

import io.freshet.contracts.message.ChildTask;
import io.freshet.contracts.message.PushCommand;
import io.freshet.kafka.MessagePublisher;
import io.freshet.push.discover.CaptureMemory;
import io.freshet.push.discover.ChildCommands;
import io.freshet.push.discover.ManifestCapture;
import io.freshet.push.discover.ManifestCapture.Manifest;
import io.freshet.push.discover.ManifestException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pushes the children of manifests: publishes their commands before the manifest counts as pushed. */
public final class ManifestPushes {

    /** Bytes of the manifests that are received at the same time. */
    private static final long MAX_BYTES = 64_000_000;

    private final MessagePublisher publisher;
    private final int maxChildren;
    private final CaptureMemory memory = new CaptureMemory(MAX_BYTES);

    /**
     * Creates the pushes.
     *
     * @param maxChildren of a manifest that an account has named, together with those of the manifests below it
     */
    public ManifestPushes(MessagePublisher publisher, int maxChildren) {
        this.publisher = publisher;
        this.maxChildren = maxChildren;
    }

    /** Returns the manifests of a command; null if their children are not pushed. */
    @Nullable
    OfTask of(PushCommand command, CancellableWaits waits) {
        return command.children() == null ? null : new OfTask(command, waits);
    }

    /**
     * Children of one manifest, whose commands Kafka has acknowledged.
     *
     * @param remark what was skipped; null if nothing was
     */
    record PushedChildren(List<ChildTask> tasks, @Nullable String remark) {}

    /** Manifests of one task. Of the nodes that an object is pushed to, the first one reads it. */
    final class OfTask {

        private final PushCommand command;
        private final CancellableWaits waits;
        private final Set<Integer> claimed = new HashSet<>();

        private OfTask(PushCommand command, CancellableWaits waits) {
            this.command = command;
            this.waits = waits;
        }

        /** Returns the reading of an object; empty if another node reads it. The caller must close it. */
        Optional<Reading> read(int index) {
            return claim(index) ? Optional.of(new Reading(index)) : Optional.empty();
        }

        private synchronized boolean claim(int index) {
            return claimed.add(index);
        }

        private synchronized void release(int index) {
            claimed.remove(index);
        }

        /** Reading of one object by one node. */
        final class Reading implements AutoCloseable {

            private final int index;
            private final ManifestCapture capture = new ManifestCapture(memory);
            private boolean read;

            private Reading(int index) {
                this.index = index;
            }

            ManifestCapture capture() {
                return capture;
            }

            /**
             * Publishes the children, until Kafka acknowledges them; none if the object is no manifest.
             *
             * @throws ManifestException if the manifest cannot be followed; nothing was published then
             */
            PushedChildren publish() throws ManifestException, InterruptedException, PushCancelledException {
                read = true;
                Optional<Manifest> manifest = capture.manifest();
                if (manifest.isEmpty()) {
                    return new PushedChildren(List.of(), null);
                }
                ChildCommands children = ChildCommands.of(
                        command, manifest.get().url(), manifest.get().body(), maxChildren);
                waits.await(() -> publisher.publishUntilAcknowledged(children.commands()));
                return new PushedChildren(
                        children.commands().stream()
                                .map(child -> new ChildTask(
                                        child.taskId(), child.objects().size()))
                                .toList(),
                        children.remark());
            }

            /** Lets another node read the object if this one could not. */
            @Override
            public void close() {
                capture.close();
                if (!read) {
                    release(index);
                }
            }
        }
    }
}
