package io.freshet.quickstart;

/** Start-up problem that the user can fix; the message is one sentence for the user. */
final class CannotStartException extends RuntimeException {

    CannotStartException(String sentence) {
        super(sentence);
    }
}
