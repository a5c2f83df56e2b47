package io.freshet.gateway.request.canonical;

import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.gateway.problem.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Validation results of the entries of a request. */
final class CheckedObjects implements ObjectReader.EntryListener {

    private final @Nullable Violation countViolation;
    private final List<CheckResult.CheckedEntry> entries = new ArrayList<>();
    /** Index of the first entry of each object. */
    private final Map<String, Integer> firstIndexes = new HashMap<>();

    /**
     * Creates an empty result.
     *
     * @param countViolation violation of the limit on the number of entries; null for none
     */
    CheckedObjects(@Nullable Violation countViolation) {
        this.countViolation = countViolation;
    }

    @Override
    public void valid(int index, String url, String domain) {
        entries.add(new CheckResult.CheckedEntry(url, domain, firstIndexes.putIfAbsent(url, index), null));
    }

    @Override
    public void invalid(int index, InvalidObjectException exception) {
        entries.add(new CheckResult.CheckedEntry(null, null, null, exception.reason()));
    }

    List<CheckResult.CheckedEntry> entries() {
        return entries;
    }

    /** Returns the names of the domains of the valid entries. */
    Set<String> domains() {
        return entries.stream()
                .flatMap(entry -> Stream.ofNullable(entry.domain()))
                .collect(Collectors.toSet());
    }

    boolean isValid() {
        return countViolation == null && entries.stream().allMatch(entry -> entry.error() == null);
    }

    /** Returns the number of distinct objects. */
    int objectCount() {
        return firstIndexes.size();
    }

    List<Violation> errors() {
        return countViolation == null ? List.of() : List.of(countViolation);
    }
}
