package io.freshet.purge.driver;

/** What may stand in a request: no line breaks, no second request, whatever validation came before. */
final class VisibleAscii {

    private VisibleAscii() {}

    /** Whether there is something, and nothing but visible ASCII. */
    static boolean is(String text) {
        return onlyFrom('!', text);
    }

    /** Whether there is something, and nothing but visible ASCII and spaces. */
    static boolean orSpaces(String text) {
        return onlyFrom(' ', text);
    }

    private static boolean onlyFrom(char lowest, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < lowest || c > '~') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
