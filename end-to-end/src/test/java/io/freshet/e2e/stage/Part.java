package io.freshet.e2e.stage;

/** Something that runs outside this JVM. It can be stopped and started again, and then has its addresses and its data still. */
interface Part extends AutoCloseable {

    /** Returns when it answers; at once if it runs already. */
    void start();

    /** As an operator stops it. */
    void stop();

    /** As a power cut stops it. */
    void kill();

    /** Stops it for good; its log stays. */
    @Override
    void close();
}
