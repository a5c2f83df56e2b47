package io.freshet.fleet.account;

/**
 * Daily quotas of an account by kind of object; 0 forbids the kind.
 *
 * @param url also of URLs whose query is ignored
 * @param directory also of prefixes
 * @param tag in tags times the domains that each is refreshed in
 * @param everything of each of the account's domains, so that it suffices for a refresh of all of them
 */
public record Quotas(int url, int directory, int regex, int host, int tag, int everything, int push) {

    /**
     * The defaults: 2,000 URLs, 100 directories, 20 expressions and 500 pushes as in the first version of the big
     * CDNs; 10,000 tags, since a content system refreshes some with every change; everything 5 times, since the origin
     * serves all content again after each.
     */
    public static final Quotas DEFAULT = new Quotas(2_000, 100, 20, 20, 10_000, 5, 500);
}
