package io.freshet.quickstart.demo;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Copies of one cache in bounded memory. A fetch in progress is stored as a future: concurrent requests wait for it,
 * and a purge removes it, so that the fetched response is returned but not cached.
 */
final class PageCache {

    /** Time for which a soft-purged copy may be served. */
    private static final Duration GRACE = Duration.ofHours(1);

    private final ConcurrentMap<CacheKey, CompletableFuture<CachedCopy>> copies;
    private final Function<CacheKey, DemoResponse> parent;
    private final InstantSource clock;

    /**
     * Response for a page.
     *
     * @param hit whether it was cached, or being fetched, before the request
     * @param stored whether it is cached now
     */
    record CacheLookup(DemoResponse answer, boolean hit, boolean stored) {}

    PageCache(long maxBytes, InstantSource clock, Function<CacheKey, DemoResponse> parent) {
        AsyncCache<CacheKey, CachedCopy> cache = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((CacheKey _, CachedCopy copy) -> copy.size())
                .executor(Runnable::run)
                .buildAsync();
        this.copies = cache.asMap();
        this.parent = parent;
        this.clock = clock;
    }

    CacheLookup get(CacheKey key) {
        CompletableFuture<CachedCopy> mine = new CompletableFuture<>();
        CompletableFuture<CachedCopy> present = copies.putIfAbsent(key, mine);
        if (present == null) {
            return fetch(key, mine);
        }
        CachedCopy copy = present.join();
        Instant now = clock.instant();
        if (!copy.storable()) {
            // Fetched for another request and not cacheable.
            return new CacheLookup(parent.apply(key), false, false);
        }
        if (copy.isFresh(now)) {
            return new CacheLookup(copy.answer(now), true, true);
        }
        if (copy.mayBeServed(now)) {
            revalidate(key, present, copy);
            return new CacheLookup(copy.answer(now), true, true);
        }
        return copies.replace(key, present, mine) ? fetch(key, mine) : get(key);
    }

    private CacheLookup fetch(CacheKey key, CompletableFuture<CachedCopy> mine) {
        CachedCopy copy = fetch(key);
        if (!copy.storable()) {
            copies.remove(key, mine);
        }
        mine.complete(copy);
        return new CacheLookup(copy.answer(clock.instant()), false, copies.get(key) == mine);
    }

    private CachedCopy fetch(CacheKey key) {
        Instant begun = clock.instant();
        return CachedCopy.of(parent.apply(key), begun, clock.instant());
    }

    private void revalidate(CacheKey key, CompletableFuture<CachedCopy> present, CachedCopy stale) {
        if (stale.claimRevalidation()) {
            Thread.ofVirtual().name("revalidation").start(() -> replace(key, present, stale));
        }
    }

    /** Replaces the stale copy, unless it was purged in the meantime. */
    private void replace(CacheKey key, CompletableFuture<CachedCopy> present, CachedCopy stale) {
        CachedCopy next = fetch(key);
        if (next.storable()) {
            copies.replace(key, present, CompletableFuture.completedFuture(next));
        } else if (next.isFault()) {
            stale.releaseRevalidation();
        } else {
            copies.remove(key, present);
        }
    }

    /** Removes the copy of the page, or the fetch in progress, and returns whether there was one. */
    boolean purge(CacheKey page) {
        return copies.remove(page) != null;
    }

    /**
     * Marks the copy of the page as stale, and returns whether there was one: it is served until it has been refetched,
     * for an hour at most.
     */
    boolean softPurge(CacheKey page) {
        boolean known = copies.containsKey(page);
        copies.computeIfPresent(page, (_, copy) -> softened(copy));
        return known;
    }

    /** Returns the stale copy, or null for a fetch in progress, which has nothing to serve. */
    private @Nullable CompletableFuture<CachedCopy> softened(CompletableFuture<CachedCopy> copy) {
        return copy.state() == Future.State.SUCCESS
                ? CompletableFuture.completedFuture(copy.join().stale(clock.instant(), GRACE))
                : null;
    }

    /** Removes all copies, and returns their number. */
    long purgeAll() {
        return purgeAll(new BannedPages(_ -> true, _ -> true), Instant.MAX);
    }

    /**
     * Removes the copies that are banned and whose fetch began before this time, and returns their number. A fetch in
     * progress has no tags yet: its key alone decides.
     */
    long purgeAll(BannedPages banned, Instant before) {
        return copies.entrySet().stream()
                .filter(entry -> banned.keys().test(entry.getKey()))
                .filter(entry -> entry.getValue().state() != Future.State.SUCCESS
                        || isBanned(entry.getValue().join(), banned, before))
                .filter(entry -> copies.remove(entry.getKey(), entry.getValue()))
                .count();
    }

    private static boolean isBanned(CachedCopy copy, BannedPages banned, Instant before) {
        return copy.begun().isBefore(before) && banned.copies().test(copy);
    }

    /** Returns the copy of the page that a request would get, without a fetch. */
    Optional<CachedCopy> look(CacheKey page) {
        return Optional.ofNullable(copies.get(page))
                .filter(copy -> copy.state() == Future.State.SUCCESS)
                .map(CompletableFuture::join)
                .filter(copy -> copy.mayBeServed(clock.instant()));
    }

    /** Returns the parent's answer, which is neither looked up nor cached. */
    DemoResponse askParent(CacheKey page) {
        return parent.apply(page);
    }

    /** Puts a copy into the cache as if it had been fetched. */
    void put(CacheKey page, DemoResponse answer) {
        Instant now = clock.instant();
        copies.put(page, CompletableFuture.completedFuture(CachedCopy.of(answer, now, now)));
    }

    Instant now() {
        return clock.instant();
    }
}
