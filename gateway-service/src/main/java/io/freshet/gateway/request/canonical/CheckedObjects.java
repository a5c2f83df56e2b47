package io.freshet.gateway.request.canonical;

import io.freshet.contracts.url.DomainTag;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.gateway.problem.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Validation results of the entries of a request. */
final class CheckedObjects implements ObjectReader.EntryListener {

    private final @Nullable Violation countViolation;
    private final List<CheckResult.CheckedEntry> entries = new ArrayList<>();
    /** Index of the first entry of each object. */
    private final Map<String, Integer> firstIndexes = new HashMap<>();
    /** Names of the domains of the valid entries. */
    private final Set<String> domains = new HashSet<>();

    private int objectCount;

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
        add(index, url, domain, 1);
        domains.add(domain);
    }

    /** Adds a tag that is an object in each of some domains; the entry names the domain only if it is one. */
    void valid(int index, String tag, List<DomainObject> within) {
        if (within.size() == 1) {
            DomainObject only = within.getFirst();
            add(index, new DomainTag(only.url(), tag).object(), only.domain(), 1);
        } else {
            add(index, tag, null, within.size());
        }
        within.forEach(each -> domains.add(each.domain()));
    }

    private void add(int index, String object, @Nullable String domain, int objects) {
        @Nullable Integer first = firstIndexes.putIfAbsent(object, index);
        objectCount += first == null ? objects : 0;
        entries.add(new CheckResult.CheckedEntry(object, domain, first, null));
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
        return domains;
    }

    boolean isValid() {
        return countViolation == null && entries.stream().allMatch(entry -> entry.error() == null);
    }

    /** Returns the number of distinct objects. */
    int objectCount() {
        return objectCount;
    }

    List<Violation> errors() {
        return countViolation == null ? List.of() : List.of(countViolation);
    }
}
