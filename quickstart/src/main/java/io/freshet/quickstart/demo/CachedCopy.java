package io.freshet.quickstart.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Cached response of the parent. */
final class CachedCopy {

    /** Memory of a copy without its body and headers, in bytes. */
    private static final int OVERHEAD = 1_000;

    private final DemoResponse answer;
    private final Instant begun;
    private final Instant made;
    private final Instant freshUntil;
    private final Instant servedUntil;
    private final boolean storable;
    private final AtomicBoolean revalidating = new AtomicBoolean();

    private CachedCopy(
            DemoResponse answer,
            Instant begun,
            Instant made,
            Instant freshUntil,
            Instant servedUntil,
            boolean storable) {
        this.answer = answer;
        this.begun = begun;
        this.made = made;
        this.freshUntil = freshUntil;
        this.servedUntil = servedUntil;
        this.storable = storable;
    }

    /**
     * Returns a new copy. Its freshness lifetime starts when the origin created the response.
     *
     * @param begun time at which its fetch began
     */
    static CachedCopy of(DemoResponse answer, Instant begun, Instant now) {
        Freshness freshness = Freshness.of(answer);
        Instant made = now.minus(freshness.age());
        Instant until = made.plus(freshness.maxAge());
        return new CachedCopy(answer, begun, made, until, until, freshness.storable());
    }

    /** Returns a stale copy that may be served for the grace time while it is refetched. */
    CachedCopy stale(Instant now, Duration grace) {
        return new CachedCopy(answer, begun, made, now, now.plus(grace), storable);
    }

    /** Returns the tags of the response. */
    Set<String> tags() {
        return ResponseTags.of(answer);
    }

    boolean storable() {
        return storable;
    }

    /** Returns the time at which the fetch of the copy began. */
    Instant begun() {
        return begun;
    }

    /** Returns the time at which the origin made the response. */
    Instant made() {
        return made;
    }

    /** Returns the time from which on the copy is stale. */
    Instant freshUntil() {
        return freshUntil;
    }

    boolean isFresh(Instant now) {
        return now.isBefore(freshUntil);
    }

    boolean mayBeServed(Instant now) {
        return now.isBefore(servedUntil);
    }

    /** Returns true for one caller only, which must refetch the page. */
    boolean claimRevalidation() {
        return revalidating.compareAndSet(false, true);
    }

    /** Allows another attempt to revalidate. */
    void releaseRevalidation() {
        revalidating.set(false);
    }

    boolean isFault() {
        return answer.status() >= 500;
    }

    /**
     * Returns the response with its age. A stale one has max-age=0, so that a child cache does not keep it as fresh.
     */
    DemoResponse answer(Instant now) {
        if (!storable) {
            return answer;
        }
        DemoResponse aged =
                answer.with("Age", Long.toString(Duration.between(made, now).toSeconds()));
        return isFresh(now) ? aged : aged.with("Cache-Control", "max-age=0");
    }

    /** Returns the approximate size in bytes. */
    int size() {
        int headers = answer.headers().entrySet().stream()
                .mapToInt(header -> header.getKey().length() + header.getValue().length())
                .sum();
        return OVERHEAD + headers + answer.body().length;
    }
}
