package io.freshet.push.discover;

/** Part of a text from outside that is short enough for a message, and has no control characters. */
final class Excerpt {

    private static final int MAX = 120;

    private Excerpt() {}

    static String of(String text) {
        String shown = text.length() <= MAX ? text : text.substring(0, MAX) + '…';
        return shown.replaceAll("\\p{Cntrl}", " ");
    }
}
