package io.freshet.purge.driver;

import java.util.Locale;

/** Success is what is known to be success: 200 and 204, and 404 for what is not in the cache, if the server's own configuration says it. */
final class AnswerCheck {

    private final String marker;

    /**
     * @param marker the header that the server's purge configuration adds; empty to do without
     */
    AnswerCheck(String marker) {
        this.marker = marker.toLowerCase(Locale.ROOT);
    }

    Outcome outcome(PurgeAnswer answer) {
        return switch (answer.status()) {
            case 200, 204 -> isMarked(answer) ? Outcome.Gone.PURGED : unmarked(answer);
            case 404 -> isMarked(answer) ? Outcome.Gone.ABSENT : unmarked(answer);
            default -> new Outcome.Refused("answered " + answer.statusLine());
        };
    }

    private boolean isMarked(PurgeAnswer answer) {
        return marker.isEmpty() || answer.headers().containsKey(marker);
    }

    private Outcome unmarked(PurgeAnswer answer) {
        return new Outcome.Refused("answered " + answer.statusLine() + " without the header " + marker
                + ": it is not set up for purges by Freshet");
    }
}
