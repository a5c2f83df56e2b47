package io.freshet.push.limit;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Every domain's turnstile. There are as many as domains, so they are kept. */
public final class DomainLimits {

    private final Limit standard;
    private final Map<String, Limit> named;
    private final Map<String, Turnstile> turnstiles = new ConcurrentHashMap<>();

    /**
     * @param standard for the domains that are not named
     * @throws IllegalArgumentException if a domain is named twice
     */
    public DomainLimits(Limit standard, List<NamedLimit> named) {
        this.standard = standard;
        this.named = named.stream().collect(Collectors.toMap(NamedLimit::domain, NamedLimit::limit, (_, _) -> {
            throw new IllegalArgumentException("freshet.push.limits names a domain twice");
        }));
    }

    /** The one turnstile of a domain, whatever task asks. */
    public Turnstile of(String domain) {
        return turnstiles.computeIfAbsent(domain, _ -> new Turnstile(named.getOrDefault(domain, standard)));
    }
}
