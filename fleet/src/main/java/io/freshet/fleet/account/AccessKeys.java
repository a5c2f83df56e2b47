package io.freshet.fleet.account;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All access keys. Each has one account; an account may have several, so that one can replace another. */
public final class AccessKeys {

    private final Map<String, AccessKey> byId = new HashMap<>();
    private final AccessKey nobody = new AccessKey(
            "nobody",
            new Account("nobody", false, List.of(), List.of(), new Quotas(0, 0, 0, 0, 0, 0, 0), 1),
            HexFormat.of().formatHex(new SecureRandom().generateSeed(32)));

    public AccessKeys(Collection<AccessKey> all) {
        all.forEach(key -> byId.put(key.id(), key));
    }

    public Optional<AccessKey> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Random key in place of an unknown one, so that checking an unknown key takes as long as a known one. */
    public AccessKey nobody() {
        return nobody;
    }

    public boolean isEmpty() {
        return byId.isEmpty();
    }
}
