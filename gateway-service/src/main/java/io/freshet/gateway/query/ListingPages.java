package io.freshet.gateway.query;

import io.freshet.gateway.memory.RequestMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** All pages of a listing. */
final class ListingPages {

    private ListingPages() {}

    /** Returns the page and those that follow it, each read when the previous one has been written. */
    static <P> Flux<P> from(
            P first,
            Function<P, @Nullable String> nextPageToken,
            Map<String, String> query,
            Function<Map<String, String>, Mono<P>> read) {
        return Mono.just(first).expand(page -> {
            String token = nextPageToken.apply(page);
            if (token == null) {
                return Mono.empty();
            }
            Map<String, String> next = new HashMap<>(query);
            next.put("pageToken", token);
            // Counted as they are written; together they may be larger than any memory.
            return read.apply(next).contextWrite(RequestMemory::withoutCount);
        });
    }
}
