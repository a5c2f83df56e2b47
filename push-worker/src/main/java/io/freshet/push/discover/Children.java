package io.freshet.push.discover;

import io.freshet.contracts.Selector;
import io.freshet.contracts.message.ChildScope;
import io.freshet.contracts.url.CanonicalObject;
import io.freshet.contracts.url.Canonicaliser;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.fleet.account.Domain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** Objects of the account's domains that a manifest names, in canonical form and by domain. Others are skipped. */
final class Children {

    /** Manifests in a chain, the first one included. */
    private static final int MAX_DEPTH = 3;

    private final SequencedMap<String, SequencedSet<String>> manifests = new LinkedHashMap<>();
    private final SequencedMap<String, SequencedSet<String>> objects = new LinkedHashMap<>();
    private final String manifest;
    private final ChildScope scope;
    private final List<Domain> domains;
    private final Canonicaliser canonicaliser;
    private int skipped;
    private @Nullable String firstSkipped;

    private Children(String manifest, ChildScope scope) {
        this.manifest = manifest;
        this.scope = scope;
        this.domains = scope.domains().stream().map(Domain::new).toList();
        this.canonicaliser = new Canonicaliser(scope.maxUrlBytes());
    }

    /**
     * Returns the children.
     *
     * @param manifest canonical URL
     * @throws ManifestException if there are none, or the manifest leads to itself or too deep
     */
    static Children of(String manifest, ManifestLinks links, ChildScope scope) throws ManifestException {
        Children children = new Children(manifest, scope);
        for (String url : links.manifests()) {
            children.addManifest(url);
        }
        for (String url : links.objects()) {
            children.add(url, children.objects);
        }
        if (children.count() == 0) {
            throw new ManifestException("names nothing of the account's domains: " + children.remark());
        }
        return children;
    }

    /** Returns further manifests by domain. */
    SequencedMap<String, List<String>> manifests() {
        return lists(manifests);
    }

    /** Returns everything else by domain. */
    SequencedMap<String, List<String>> objects() {
        return lists(objects);
    }

    int count() {
        return countManifests() + count(objects.values());
    }

    int countManifests() {
        return count(manifests.values());
    }

    /** Returns what was skipped; null if nothing was. */
    @Nullable
    String remark() {
        return skipped == 0
                ? null
                : skipped + (skipped == 1 ? " URL" : " URLs") + " skipped, which no domain of the account covers or"
                        + " which are not valid, the first: " + firstSkipped;
    }

    /** Returns the scope of the children of these children. */
    ChildScope scopeBelow(int limit) {
        List<String> ancestors = new ArrayList<>(scope.ancestors());
        ancestors.add(manifest);
        return new ChildScope(scope.domains(), scope.maxUrlBytes(), limit, ancestors);
    }

    private void addManifest(String url) throws ManifestException {
        String canonical = add(url, manifests);
        if (canonical == null) {
            return;
        }
        if (canonical.equals(manifest) || scope.ancestors().contains(canonical)) {
            throw new ManifestException("leads to itself: it names " + Excerpt.of(canonical));
        }
        if (scope.ancestors().size() + 1 >= MAX_DEPTH) {
            throw new ManifestException(
                    "is nested too deep: at most " + MAX_DEPTH + " manifests may follow each other");
        }
    }

    private @Nullable String add(String url, SequencedMap<String, SequencedSet<String>> byDomain) {
        try {
            CanonicalObject object = canonicaliser.canonicalise(url, Selector.URL);
            Optional<Domain> domain = Domain.covering(domains, object.authority());
            if (domain.isPresent()) {
                byDomain.computeIfAbsent(domain.get().name(), _ -> new LinkedHashSet<>())
                        .add(object.url());
                return object.url();
            }
        } catch (InvalidObjectException e) {
            // Named as skipped.
        }
        skip(url);
        return null;
    }

    private void skip(String url) {
        if (skipped++ == 0) {
            firstSkipped = Excerpt.of(url);
        }
    }

    private static int count(Collection<SequencedSet<String>> urls) {
        return urls.stream().mapToInt(SequencedSet::size).sum();
    }

    private static SequencedMap<String, List<String>> lists(SequencedMap<String, SequencedSet<String>> byDomain) {
        SequencedMap<String, List<String>> lists = new LinkedHashMap<>();
        byDomain.forEach((domain, urls) -> lists.put(domain, List.copyOf(urls)));
        return lists;
    }
}
