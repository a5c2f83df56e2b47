package io.freshet.gateway.problem;

/** The violations that the Aliyun API has error codes for. */
public enum ViolationKind {
    /** More objects than a request may have. */
    TOO_MANY,
    /** An object longer than the limit. */
    TOO_LONG,
    /** An object of a domain that is not the account's. */
    FOREIGN_DOMAIN,
    OTHER
}
