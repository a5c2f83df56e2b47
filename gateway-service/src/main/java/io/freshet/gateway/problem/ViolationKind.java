package io.freshet.gateway.problem;

import io.freshet.contracts.url.InvalidObjectException;

/** The violations that the Aliyun API has error codes for. */
public enum ViolationKind {
    /** More objects than a request may have. */
    TOO_MANY,
    /** An object longer than the limit. */
    TOO_LONG,
    /** An object of a domain that is not the account's. */
    FOREIGN_DOMAIN,
    /** An object of a domain of the account that the token of the request does not allow. */
    EXCLUDED_DOMAIN,
    OTHER;

    public static ViolationKind of(InvalidObjectException.Kind kind) {
        return switch (kind) {
            case TOO_LONG -> TOO_LONG;
            case FOREIGN_DOMAIN -> FOREIGN_DOMAIN;
            case EXCLUDED_DOMAIN -> EXCLUDED_DOMAIN;
            case OTHER -> OTHER;
        };
    }
}
