package io.freshet.quickstart.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/** An answer of the parent, as a cache has it. */
final class CachedCopy {

    /** What it takes in memory beside body and headers, in bytes. */
    private static final int OVERHEAD = 1_000;

    private final DemoResponse answer;
    private final Instant made;
    private final Instant freshUntil;
    private final Instant servedUntil;
    private final boolean storable;
    private final AtomicBoolean revalidating = new AtomicBoolean();

    private CachedCopy(DemoResponse answer, Instant made, Instant freshUntil, Instant servedUntil, boolean storable) {
        this.answer = answer;
        this.made = made;
        this.freshUntil = freshUntil;
        this.servedUntil = servedUntil;
        this.storable = storable;
    }

    /** A copy that has just arrived; how long it is fresh counts from when the origin made it. */
    static CachedCopy of(DemoResponse answer, Instant now) {
        Freshness freshness = Freshness.of(answer);
        Instant made = now.minus(freshness.age());
        Instant until = made.plus(freshness.maxAge());
        return new CachedCopy(answer, made, until, until, freshness.storable());
    }

    /** The same, stale, but good enough for this long while a new one is fetched. */
    CachedCopy stale(Instant now, Duration grace) {
        return new CachedCopy(answer, made, now, now.plus(grace), storable);
    }

    boolean storable() {
        return storable;
    }

    boolean isFresh(Instant now) {
        return now.isBefore(freshUntil);
    }

    boolean mayBeServed(Instant now) {
        return now.isBefore(servedUntil);
    }

    /** True for one caller, who then fetches the next copy. */
    boolean claimRevalidation() {
        return revalidating.compareAndSet(false, true);
    }

    /** So that another may try again. */
    void releaseRevalidation() {
        revalidating.set(false);
    }

    boolean isFault() {
        return answer.status() >= 500;
    }

    /** The answer as of now. A stale one says so, lest a cache below keep it as fresh. */
    DemoResponse answer(Instant now) {
        if (!storable) {
            return answer;
        }
        DemoResponse aged =
                answer.with("Age", Long.toString(Duration.between(made, now).toSeconds()));
        return isFresh(now) ? aged : aged.with("Cache-Control", "max-age=0");
    }

    /** In bytes, about. */
    int size() {
        int headers = answer.headers().entrySet().stream()
                .mapToInt(header -> header.getKey().length() + header.getValue().length())
                .sum();
        return OVERHEAD + headers + answer.body().length;
    }
}
