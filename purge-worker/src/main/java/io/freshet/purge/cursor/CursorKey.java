package io.freshet.purge.cursor;

import org.jspecify.annotations.Nullable;

/**
 * Key of a record of the cursors: {@code partition/node}.
 *
 * @param partition of the purge commands
 * @param node the node's id
 */
record CursorKey(int partition, String node) {

    /** Reads a key; null if it is none. */
    static @Nullable CursorKey of(@Nullable String key) {
        if (key == null) {
            return null;
        }
        int slash = key.indexOf('/');
        if (slash < 0) {
            return null;
        }
        try {
            return new CursorKey(Integer.parseInt(key, 0, slash, 10), key.substring(slash + 1));
        } catch (NumberFormatException _) {
            return null;
        }
    }

    @Override
    public String toString() {
        return partition + "/" + node;
    }
}
