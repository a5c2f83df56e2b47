package io.freshet.push.limit;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Limiters by domain. They are never evicted: there are as many as domains. */
public final class OriginLimiters {

    private final OriginLimit standard;
    private final Map<String, OriginLimit> named;
    private final Duration maxPause;
    private final Map<String, OriginLimiter> limiters = new ConcurrentHashMap<>();

    /**
     * Creates the limiters.
     *
     * @param standard for domains without a limit of their own
     * @param maxPause longest pause that an origin may ask for
     * @throws IllegalArgumentException if a domain is named twice
     */
    public OriginLimiters(OriginLimit standard, List<DomainLimit> named, Duration maxPause) {
        this.standard = standard;
        this.maxPause = maxPause;
        this.named = named.stream().collect(Collectors.toMap(DomainLimit::domain, DomainLimit::limit, (_, _) -> {
            throw new IllegalArgumentException("freshet.push.limits: a domain is duplicated");
        }));
    }

    /** Returns the limiter that all tasks of a domain share. */
    public OriginLimiter of(String domain) {
        return limiters.computeIfAbsent(
                domain,
                _ -> new OriginLimiter(named.getOrDefault(domain, standard), maxPause, TimeMeter.SYSTEM_NANOTIME));
    }
}
