package io.freshet.purge.driver;

/**
 * Mapping of responses to outcomes. Only known statuses are success: 200 and 204, and 404 for an absent object, if the
 * response carries the node's own identity. A cache without Freshet's configuration passes a purge on, and the response
 * is then the origin's, or the parent's with the parent's identity.
 */
final class AnswerCheck {

    private final String identityHeader;
    private final String node;

    /**
     * @param identityHeader header that must hold the node's id; empty to accept every response
     * @param node the node's id
     */
    AnswerCheck(String identityHeader, String node) {
        this.identityHeader = identityHeader;
        this.node = node;
    }

    String identityHeader() {
        return identityHeader;
    }

    PurgeOutcome outcome(PurgeAnswer answer) {
        return switch (answer.status()) {
            case 200, 204 -> ifIdentified(answer, PurgeOutcome.Gone.PURGED);
            case 404 -> ifIdentified(answer, PurgeOutcome.Gone.ABSENT);
            case 202 ->
                new PurgeOutcome.Refused("answered " + answer.statusLine()
                        + ": it has queued the purge, and does not say when it is done; switch its queue off"
                        + " (nginx: cache_purge_background_queue off)");
            case 408, 429, 500, 502, 503, 504 -> new PurgeOutcome.Busy("answered " + answer.statusLine());
            default -> new PurgeOutcome.Refused("answered " + answer.statusLine());
        };
    }

    private PurgeOutcome ifIdentified(PurgeAnswer answer, PurgeOutcome outcome) {
        if (identityHeader.isEmpty()) {
            return outcome;
        }
        String identity = answer.header(identityHeader);
        if (node.equals(identity)) {
            return outcome;
        }
        String answered = "answered " + answer.statusLine();
        return new PurgeOutcome.Refused(
                identity == null
                        ? answered + " without the header " + identityHeader
                                + ": it is not set up for purges by Freshet"
                        : answered + " as " + identity + ": it passes purges on, or is configured with the wrong id");
    }
}
