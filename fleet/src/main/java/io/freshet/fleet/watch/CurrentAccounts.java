package io.freshet.fleet.watch;

import io.freshet.fleet.account.Accounts;

/** Current value of all accounts. */
public final class CurrentAccounts extends CurrentValue<Accounts> {

    public CurrentAccounts(Accounts initial) {
        super(initial);
    }
}
