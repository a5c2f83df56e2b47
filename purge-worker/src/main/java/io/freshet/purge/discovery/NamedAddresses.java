package io.freshet.purge.discovery;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of nodes that DNS names.
 *
 * @param addresses in a fixed order
 * @param failure why there may be more; null if there are not
 */
record NamedAddresses(List<URI> addresses, @Nullable String failure) {

    NamedAddresses {
        addresses = List.copyOf(addresses);
    }

    boolean isComplete() {
        return failure == null;
    }
}
