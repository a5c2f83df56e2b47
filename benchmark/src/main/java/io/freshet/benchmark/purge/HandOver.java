package io.freshet.benchmark.purge;

import io.freshet.benchmark.Latencies;
import java.util.concurrent.locks.LockSupport;

/**
 * Two threads that wake each other in turn. Everything that goes from thread to thread costs at least as much: on another processor, which has to be
 * woken up, ten times what it costs on the same one.
 */
final class HandOver {

    private volatile boolean theirs;
    private volatile boolean ended;

    /** From waking the other until one has been woken up again: two hand-overs. */
    Latencies measure(int warmUp, int count) throws InterruptedException {
        Thread here = Thread.currentThread();
        Thread other = Thread.ofPlatform().name("hand-over").start(() -> {
            while (!ended) {
                if (theirs) {
                    theirs = false;
                    LockSupport.unpark(here);
                } else {
                    LockSupport.park(this);
                }
            }
        });
        for (int i = 0; i < warmUp; i++) {
            thereAndBack(other);
        }
        Latencies latencies = new Latencies();
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            thereAndBack(other);
            latencies.add(System.nanoTime() - began);
        }
        ended = true;
        LockSupport.unpark(other);
        other.join();
        return latencies;
    }

    private void thereAndBack(Thread other) {
        theirs = true;
        LockSupport.unpark(other);
        while (theirs) {
            LockSupport.park(this);
        }
    }
}
