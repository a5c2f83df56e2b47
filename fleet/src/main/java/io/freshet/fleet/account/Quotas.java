package io.freshet.fleet.account;

/** Daily quotas of an account by kind of object; 0 forbids the kind. */
public record Quotas(int url, int directory, int push) {

    /** The defaults of the big CDNs' first version: 2,000 URLs, 100 directories, 500 pushes. */
    public static final Quotas DEFAULT = new Quotas(2_000, 100, 500);
}
