package io.freshet.purge.node;

/** A node's configuration does not tell what its cache holds. */
public final class NotInspectableException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param reason for people; it continues a sentence that begins with the node's id */
    NotInspectableException(String reason) {
        super("cannot tell what its cache holds: it " + reason);
    }

    /** Returns the reason for people; it continues a sentence that begins with the node's id. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
