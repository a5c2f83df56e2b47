package io.freshet.gateway.request.canonical;

import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.fleet.account.Account;

/** Error of an object or a domain that the request's account or token does not cover. */
public final class ForeignDomain {

    private ForeignDomain() {}

    /**
     * Returns the error.
     *
     * @param authority canonical host of the object, or {@code *.name}
     * @param foreign reason if it is of no domain of the account
     */
    public static InvalidObjectException of(Account account, String authority, String foreign) {
        return account.isExcluded(authority)
                ? new InvalidObjectException(
                        "is of " + authority + ", a domain of the account that the token does not allow",
                        InvalidObjectException.Kind.EXCLUDED_DOMAIN)
                : new InvalidObjectException(foreign, InvalidObjectException.Kind.FOREIGN_DOMAIN);
    }
}
