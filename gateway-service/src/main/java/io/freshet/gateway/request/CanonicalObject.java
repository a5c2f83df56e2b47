package io.freshet.gateway.request;

/**
 * An object in the one form in which Freshet names it.
 *
 * @param url visible ASCII
 * @param authority host in lower case, with {@code :port} unless it is the scheme's own
 */
record CanonicalObject(String url, String authority) {}
