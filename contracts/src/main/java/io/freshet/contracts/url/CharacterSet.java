package io.freshet.contracts.url;

/**
 * Set of characters that may stand in a URL. All characters that a ban cannot name (beyond visible ASCII, and the three
 * {@code " \\ ^}) are represented by one bit: they are in the set together or not at all.
 *
 * @param low bits of the characters below 64
 * @param high bits of the characters from 64 on; the bit of DEL represents all characters without a name
 */
record CharacterSet(long low, long high) {

    static final CharacterSet NONE = new CharacterSet(0, 0);
    /** All visible ASCII characters, and the others. */
    static final CharacterSet ALL = range('!', '\u007f');

    private static final char OTHERS = '\u007f';

    CharacterSet {
        // The bits of ", \ and ^ stay empty.
        low &= ~(1L << '"');
        high &= ~(1L << '\\' | 1L << '^');
    }

    static CharacterSet of(char c) {
        return range(c, c);
    }

    /** Returns the characters from one to another, both in visible ASCII and inclusive. */
    static CharacterSet range(char from, char to) {
        CharacterSet set = NONE;
        for (int c = from; c <= to; c++) {
            set = set.union(c < 64 ? new CharacterSet(1L << c, 0) : new CharacterSet(0, 1L << c));
        }
        return set;
    }

    CharacterSet union(CharacterSet other) {
        return new CharacterSet(low | other.low, high | other.high);
    }

    CharacterSet complement() {
        return new CharacterSet(ALL.low & ~low, ALL.high & ~high);
    }

    CharacterSet without(char c) {
        return complement().union(of(c)).complement();
    }

    boolean contains(char c) {
        return intersects(of(c));
    }

    boolean intersects(CharacterSet other) {
        return (low & other.low) != 0 || (high & other.high) != 0;
    }

    boolean containsOthers() {
        return contains(OTHERS);
    }

    int size() {
        return Long.bitCount(low) + Long.bitCount(high);
    }
}
