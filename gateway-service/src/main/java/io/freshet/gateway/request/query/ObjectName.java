package io.freshet.gateway.request.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.url.Canonicaliser;
import io.freshet.contracts.url.InvalidObjectException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Canonical form of an object that a query names. */
public final class ObjectName {

    /** Selectors by which a text without a type is read, in this order. */
    private static final List<Selector> READ_AS =
            List.of(Selector.URL, Selector.REGEX, Selector.HOST, Selector.TAG, Selector.EVERYTHING);

    private ObjectName() {}

    /**
     * Returns the canonical form; null if the text is no object.
     *
     * @param selector of the object; null if it is not known
     */
    public static @Nullable String canonical(Canonicaliser canonicaliser, @Nullable Selector selector, String text) {
        for (Selector each : readAs(selector)) {
            try {
                return canonicaliser.canonicalise(text, each).url();
            } catch (InvalidObjectException _) {
                // The text may be an object of the next selector.
            }
        }
        return null;
    }

    /** A filter may name a directory or a prefix that no task has, so that it reads like any URL. */
    private static List<Selector> readAs(@Nullable Selector selector) {
        return switch (selector) {
            case null -> READ_AS;
            case URL, DIRECTORY, PREFIX -> List.of(Selector.URL);
            case IGNORE_QUERY, REGEX, HOST, TAG, EVERYTHING -> List.of(selector);
        };
    }
}
