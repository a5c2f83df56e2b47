package io.freshet.fleet;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** All access keys. Each has one account; an account may have several, so that one can replace another. */
public final class AccessKeys {

    private final Map<String, AccessKey> byId = new HashMap<>();

    AccessKeys(Collection<AccessKey> all) {
        all.forEach(key -> byId.put(key.id(), key));
    }

    public Optional<AccessKey> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    public boolean isEmpty() {
        return byId.isEmpty();
    }
}
