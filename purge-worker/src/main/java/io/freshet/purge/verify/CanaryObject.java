package io.freshet.purge.verify;

import io.freshet.contracts.Selector;
import io.freshet.purge.driver.Purge;

/**
 * Test object of a canary for one selector.
 *
 * @param url of the object
 * @param named what a purge by the selector names
 */
record CanaryObject(Selector selector, String url, String named) {

    private static final String DIRECTORY = "/.freshet-canary/";

    /** Parent of hosts that no site has: RFC 6761 reserves {@code .invalid}. */
    private static final String HOSTS = ".freshet-canary.invalid";

    /** Tag of each test object, by the VCL. */
    private static final String TAG = "#freshet-canary";

    /**
     * Returns the test object for a selector.
     *
     * @param site scheme and authority of the node
     * @param id of the test: another test purges nothing of this one
     */
    static CanaryObject of(Selector selector, String site, String id) {
        String directory = site + DIRECTORY + id + '/';
        String page = directory + "object";
        return switch (selector) {
            case URL -> new CanaryObject(selector, page, page);
            case IGNORE_QUERY -> new CanaryObject(selector, page + "?query", page);
            case DIRECTORY -> new CanaryObject(selector, page, directory);
            case PREFIX -> new CanaryObject(selector, page, directory + "ob");
            // The node's VCL may put something before the path.
            case REGEX -> new CanaryObject(selector, page, site + "/.*freshet-canary/" + id + "/object");
            case HOST, EVERYTHING -> new CanaryObject(selector, onHost(id, id), id + HOSTS);
            case TAG -> new CanaryObject(selector, onHost(id, id), id + HOSTS + TAG);
        };
    }

    /** Returns whether the test object is on a host of its own. */
    static boolean isOnHostOfItsOwn(Selector selector) {
        return switch (selector) {
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, REGEX -> false;
            case HOST, TAG, EVERYTHING -> true;
        };
    }

    /** Returns the URL of a host's test object on another host, for a look. */
    static Purge onAnotherHost(String id) {
        return Purge.of(Selector.URL, onHost("other", id), false);
    }

    private static String onHost(String name, String id) {
        return "http://" + name + HOSTS + DIRECTORY + id + "/object";
    }

    /** Returns the object's URL, for looks and for putting it into the cache. */
    Purge object() {
        return Purge.of(Selector.URL, url, false);
    }

    /** Returns the purge of what names the object. */
    Purge purge(boolean soft) {
        return Purge.of(selector, named, soft);
    }
}
