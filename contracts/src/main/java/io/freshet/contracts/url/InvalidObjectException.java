package io.freshet.contracts.url;

/** A text that is not a valid object. It has no stack trace, since clients cause it. */
public final class InvalidObjectException extends Exception {

    /** Kind of an invalid object. */
    public enum Kind {
        /** Longer than the limit. */
        TOO_LONG,
        /** Of a domain that is not the account's. */
        FOREIGN_DOMAIN,
        /** Of a domain of the account that the token of the request does not allow. */
        EXCLUDED_DOMAIN,
        OTHER
    }

    private final Kind kind;

    public InvalidObjectException(String reason) {
        this(reason, Kind.OTHER);
    }

    public InvalidObjectException(String reason, Kind kind) {
        super(reason, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
