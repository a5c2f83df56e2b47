package io.freshet.fleet.account;

/**
 * Daily quotas of an account by kind of object; 0 forbids the kind.
 *
 * @param url also of URLs whose query is ignored
 * @param directory also of prefixes
 */
public record Quotas(int url, int directory, int regex, int host, int push) {

    /** The defaults of the big CDNs' first version: 2,000 URLs, 100 directories, 20 expressions, 500 pushes. */
    public static final Quotas DEFAULT = new Quotas(2_000, 100, 20, 20, 500);
}
