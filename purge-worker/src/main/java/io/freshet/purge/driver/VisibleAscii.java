package io.freshet.purge.driver;

/** Check for text that goes into a request, independent of earlier validation: no line breaks, no second request. */
final class VisibleAscii {

    private VisibleAscii() {}

    /** Returns whether the text is not empty and all visible ASCII. */
    static boolean is(String text) {
        return onlyFrom('!', text);
    }

    /** Returns whether the text is not empty and all visible ASCII or spaces. */
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
