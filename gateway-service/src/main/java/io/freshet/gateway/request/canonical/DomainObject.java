package io.freshet.gateway.request.canonical;

/**
 * An object in canonical form.
 *
 * @param url visible ASCII; of everything, the domain
 * @param domain name of the account's domain that covers it
 */
public record DomainObject(String url, String domain) {}
