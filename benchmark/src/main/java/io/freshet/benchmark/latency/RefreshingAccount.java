package io.freshet.benchmark.latency;

import io.freshet.cluster.Fleet;

/**
 * Account of the fleet file that refreshes URLs.
 *
 * @param host of all of its URLs
 */
record RefreshingAccount(String id, String token, String host) {

    static final RefreshingAccount MAIN = new RefreshingAccount("main", Fleet.TOKEN, "site.test");
    static final RefreshingAccount OTHER = new RefreshingAccount("other", Fleet.OTHER_TOKEN, "other.test");
}
