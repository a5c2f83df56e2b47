package io.freshet.fleet.account;

/**
 * What a token gives access to.
 *
 * @param account the token's account with the scopes and domains that the token allows
 */
public record TokenGrant(Account account, AccountToken token) {}
