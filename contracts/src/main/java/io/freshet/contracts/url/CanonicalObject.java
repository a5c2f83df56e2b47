package io.freshet.contracts.url;

/**
 * An object in canonical form.
 *
 * @param url visible ASCII; of a host, its authority alone
 * @param authority host in lower case, with {@code :port} unless it is the default of the scheme
 */
public record CanonicalObject(String url, String authority) {}
