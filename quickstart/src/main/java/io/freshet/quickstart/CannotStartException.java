package io.freshet.quickstart;

/** Something that the user can mend, said in one sentence. */
final class CannotStartException extends RuntimeException {

    CannotStartException(String sentence) {
        super(sentence);
    }
}
