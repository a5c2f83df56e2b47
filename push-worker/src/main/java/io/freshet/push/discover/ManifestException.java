package io.freshet.push.discover;

/**
 * Manifest that cannot be followed. The message says why and is shown to the account, after "the manifest ". It has no
 * stack trace, since origins cause it.
 */
public final class ManifestException extends Exception {

    public ManifestException(String reason) {
        super(reason, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
