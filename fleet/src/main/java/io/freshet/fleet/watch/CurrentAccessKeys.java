package io.freshet.fleet.watch;

import io.freshet.fleet.account.AccessKeys;

/** Current value of all access keys. */
public final class CurrentAccessKeys extends CurrentValue<AccessKeys> {

    public CurrentAccessKeys(AccessKeys initial) {
        super(initial);
    }
}
