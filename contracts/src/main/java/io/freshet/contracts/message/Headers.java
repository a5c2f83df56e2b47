package io.freshet.contracts.message;

/** The names of the record headers. */
public final class Headers {

    /** The logical, versioned name of the message's type, such as {@code refresh.v1}. */
    public static final String TYPE = "freshet-type";
    /** The account the message belongs to; absent on node events. */
    public static final String ACCOUNT = "freshet-account";

    private Headers() {}
}
