package io.freshet.push.discover;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * URLs that a manifest names, resolved against its own, each once and in order. What goes over the limit ends the
 * reading, so a manifest can name neither more nor other than that.
 */
public final class ManifestLinks {

    /** Most mentions, the same URL included: they bound the time of reading. */
    private static final int MAX_MENTIONS = 1_000_000;

    private final int limit;
    private int mentions;
    private final SequencedSet<String> manifests = new LinkedHashSet<>();
    private final SequencedSet<String> objects = new LinkedHashSet<>();

    ManifestLinks(int limit) {
        this.limit = limit;
    }

    /** Returns the URLs of further manifests. */
    public SequencedSet<String> manifests() {
        return manifests;
    }

    /** Returns the URLs of everything else. */
    public SequencedSet<String> objects() {
        return objects;
    }

    void addManifest(String url) throws ManifestException {
        add(manifests, url);
    }

    void addObject(String url) throws ManifestException {
        add(objects, url);
    }

    boolean isEmpty() {
        return manifests.isEmpty() && objects.isEmpty();
    }

    private void add(SequencedSet<String> urls, String url) throws ManifestException {
        if (++mentions > MAX_MENTIONS) {
            throw new ManifestException("has more than " + MAX_MENTIONS + " entries");
        }
        if (isInline(url)) {
            return;
        }
        urls.add(url);
        if (manifests.size() + objects.size() > limit) {
            throw new ManifestException("names more than " + limit + " objects, the most that this push may add by it");
        }
    }

    /** Returns whether the URL contains what it names, so that there is nothing to fetch. */
    private static boolean isInline(String url) {
        return url.regionMatches(true, 0, "data:", 0, "data:".length());
    }
}
