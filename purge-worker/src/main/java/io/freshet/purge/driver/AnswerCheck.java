package io.freshet.purge.driver;

/**
 * Success is what is known to be success: 200 and 204, and 404 for what is not in the cache, if the node itself says so. A cache that is not
 * set up passes a purge on; then the answer is the origin's, or the parent's with the parent's mark.
 */
final class AnswerCheck {

    private final String marker;
    private final String node;

    /**
     * @param marker the header in which the server's purge configuration says who it is; empty to do without
     * @param node what it must say: the node's id
     */
    AnswerCheck(String marker, String node) {
        this.marker = marker;
        this.node = node;
    }

    String marker() {
        return marker;
    }

    PurgeOutcome outcome(PurgeAnswer answer) {
        return switch (answer.status()) {
            case 200, 204 -> ifItsOwn(answer, PurgeOutcome.Gone.PURGED);
            case 404 -> ifItsOwn(answer, PurgeOutcome.Gone.ABSENT);
            case 408, 429, 500, 502, 503, 504 -> new PurgeOutcome.Busy("answered " + answer.statusLine());
            default -> new PurgeOutcome.Refused("answered " + answer.statusLine());
        };
    }

    private PurgeOutcome ifItsOwn(PurgeAnswer answer, PurgeOutcome outcome) {
        if (marker.isEmpty()) {
            return outcome;
        }
        String identity = answer.identity();
        if (node.equals(identity)) {
            return outcome;
        }
        String what = "answered " + answer.statusLine();
        return new PurgeOutcome.Refused(
                identity == null
                        ? what + " without the header " + marker + ": it is not set up for purges by Freshet"
                        : what + " as " + identity + ": it passes purges on, or does not know its id");
    }
}
