package io.freshet.quickstart.demo;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The copies of one cache, in bounded memory. A page that is being fetched stands here as a future: whoever wants it meanwhile waits for
 * the same fetch, and a purge takes the future away, so that what was under way when it came is answered but not kept.
 */
final class PageCache {

    /** How long a soft purged copy may be served. */
    private static final Duration GRACE = Duration.ofHours(1);

    private final ConcurrentMap<CacheKey, CompletableFuture<CachedCopy>> copies;
    private final Function<CacheKey, DemoResponse> parent;
    private final InstantSource clock;

    /**
     * An answer for a page.
     *
     * @param hit whether it was here, or on its way, before it was asked for
     * @param stored whether it is here now
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
            // It came for somebody else, who waited for it; it is not for sharing.
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
        CachedCopy copy = CachedCopy.of(parent.apply(key), clock.instant());
        if (!copy.storable()) {
            copies.remove(key, mine);
        }
        mine.complete(copy);
        return new CacheLookup(copy.answer(clock.instant()), false, copies.get(key) == mine);
    }

    private void revalidate(CacheKey key, CompletableFuture<CachedCopy> present, CachedCopy stale) {
        if (stale.claimRevalidation()) {
            Thread.ofVirtual().name("revalidation").start(() -> replace(key, present, stale));
        }
    }

    /** Changes nothing if the page was purged meanwhile: then it is no longer the present copy that stands there. */
    private void replace(CacheKey key, CompletableFuture<CachedCopy> present, CachedCopy stale) {
        CachedCopy next = CachedCopy.of(parent.apply(key), clock.instant());
        if (next.storable()) {
            copies.replace(key, present, CompletableFuture.completedFuture(next));
        } else if (next.isFault()) {
            stale.releaseRevalidation();
        } else {
            copies.remove(key, present);
        }
    }

    /** Returns how many copies of the page are gone, in whatever encoding; one that is being fetched counts. */
    long purge(CacheKey page) {
        return page.variants().filter(key -> copies.remove(key) != null).count();
    }

    /** Marks the page's copies as stale: each is served until its successor is there, but no longer than an hour. */
    long softPurge(CacheKey page) {
        return page.variants().filter(this::soften).count();
    }

    private boolean soften(CacheKey key) {
        boolean known = copies.containsKey(key);
        copies.computeIfPresent(key, (_, copy) -> softened(copy));
        return known;
    }

    /** A copy that is still being fetched has nothing to serve meanwhile, so it goes. */
    private @Nullable CompletableFuture<CachedCopy> softened(CompletableFuture<CachedCopy> copy) {
        return copy.state() == Future.State.SUCCESS
                ? CompletableFuture.completedFuture(copy.join().stale(clock.instant(), GRACE))
                : null;
    }

    /** Purges every copy whose key is asked for, and returns how many there were. */
    long purgeAll(Predicate<CacheKey> which) {
        return copies.keySet().stream()
                .filter(which)
                .filter(key -> copies.remove(key) != null)
                .count();
    }
}
