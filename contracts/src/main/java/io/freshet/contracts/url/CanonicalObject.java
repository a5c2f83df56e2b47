package io.freshet.contracts.url;

/**
 * An object in canonical form.
 *
 * @param url visible ASCII; of a host or domain, its authority alone; of a tag, {@code domain#tag}
 * @param authority host in lower case, with {@code :port} unless it is the default of the scheme; of a tag or domain
 *     also {@code *.name}
 */
public record CanonicalObject(String url, String authority) {}
