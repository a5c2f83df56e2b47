package io.freshet.contracts.message;

/** Answer of a node to the purge of one object. */
public enum NodeAnswer {
    /** The node had the object. */
    PURGED,
    /** The node did not have the object. */
    ABSENT,
    /** The node drops whatever matches, and does not tell whether it had something. */
    BANNED,
    /** The node has refused the purge. Ends with another answer or with the failure of the object. */
    REFUSED,
    /** A look after the purge has found no old copy. Given beside one of the first three. */
    VERIFIED,
    /** A look after the second purge has found an old copy. Void once the object is settled. */
    STILL_SERVED
}
