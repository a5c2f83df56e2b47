package io.freshet.cluster.process;

import java.util.Optional;

/**
 * Something that runs outside this JVM. It can be stopped and started again, and then has its addresses and its data
 * still.
 */
public interface Component extends AutoCloseable {

    /** Returns when it answers; at once if it runs already. */
    void start();

    /** As an operator stops it. */
    void stop();

    /** As a power cut stops it. */
    void kill();

    /** The process that it is while it runs; empty where it is none of this machine. */
    default Optional<ProcessHandle> process() {
        return Optional.empty();
    }

    /** Stops it for good; its log stays. */
    @Override
    void close();
}
