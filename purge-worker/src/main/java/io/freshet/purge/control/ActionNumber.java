package io.freshet.purge.control;

/**
 * Numbers of node actions: the offset of the record, with a part of the topic's id in the upper bits. So an action of a
 * topic that was deleted and created again is never taken for one that has been carried out.
 */
final class ActionNumber {

    private static final int OFFSET_BITS = 40;
    private static final int TOPIC_MASK = 0x3f_ffff;
    /** Marks numbers with a topic; numbers of earlier versions have none. */
    private static final int TOPIC_FLAG = 0x40_0000;

    private ActionNumber() {}

    /** Returns the smallest number of this topic. */
    static long first(String topicId) {
        return (long) (topicId.hashCode() & TOPIC_MASK | TOPIC_FLAG) << OFFSET_BITS;
    }

    /** Returns whether both numbers are of one topic. */
    static boolean isSameTopic(long one, long other) {
        return one >> OFFSET_BITS == other >> OFFSET_BITS;
    }

    /** Returns whether the number has no topic: an earlier version wrote it. */
    static boolean isPlainOffset(long number) {
        return number >= 0 && number >> OFFSET_BITS == 0;
    }
}
