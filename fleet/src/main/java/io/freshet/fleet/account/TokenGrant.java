package io.freshet.fleet.account;

/**
 * A token with the account as it may use it.
 *
 * @param account the token's account with the scopes and domains that the token allows
 */
public record TokenGrant(Account account, AccountToken token) {}
