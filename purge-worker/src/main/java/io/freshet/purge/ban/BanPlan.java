package io.freshet.purge.ban;

import io.freshet.purge.driver.ResolvedBan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Plan of the requests by which a node receives several bans: as few as possible. */
public final class BanPlan {

    /** Characters of one joined ban: Varnish takes headers of at most 8,192 bytes by default (http_req_hdr_len). */
    static final int MAX_LENGTH = 4_000;

    private BanPlan() {}

    /**
     * Returns groups of bans, each for one {@link io.freshet.purge.driver.BanJoiner#join}. A ban that another one
     * covers is in that one's group.
     *
     * @param banOf returns the ban of an item
     */
    public static <T> List<List<T>> of(List<T> items, Function<T, ResolvedBan> banOf) {
        Map<ResolvedBan.Group, List<List<T>>> groups = new LinkedHashMap<>();
        List<T> covered = new ArrayList<>();
        for (T item : items) {
            // Only few of them are of whole hosts.
            if (items.stream().anyMatch(other -> covers(banOf.apply(other), banOf.apply(item)))) {
                covered.add(item);
            } else {
                add(groups.computeIfAbsent(banOf.apply(item).group(), _ -> new ArrayList<>()), item, banOf);
            }
        }
        List<List<T>> plan = groups.values().stream().flatMap(List::stream).toList();
        covered.forEach(item -> groupThatCovers(plan, banOf.apply(item), banOf).add(item));
        return plan;
    }

    /** Of two that cover each other, as a host and everything of that host, none is left out. */
    private static boolean covers(ResolvedBan other, ResolvedBan ban) {
        return ban.isCoveredBy(other) && !other.isCoveredBy(ban);
    }

    private static <T> void add(List<List<T>> chunks, T item, Function<T, ResolvedBan> banOf) {
        if (chunks.isEmpty()
                || length(chunks.getLast(), banOf) + banOf.apply(item).length() > MAX_LENGTH) {
            chunks.add(new ArrayList<>());
        }
        chunks.getLast().add(item);
    }

    private static <T> int length(List<T> chunk, Function<T, ResolvedBan> banOf) {
        return chunk.stream().mapToInt(item -> banOf.apply(item).length()).sum();
    }

    private static <T> List<T> groupThatCovers(List<List<T>> plan, ResolvedBan ban, Function<T, ResolvedBan> banOf) {
        return plan.stream()
                .filter(group -> covers(banOf.apply(group.getFirst()), ban))
                .findFirst()
                .orElseThrow();
    }
}
