package io.freshet.fleet.watch;

import io.freshet.fleet.account.AccessKeys;
import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.node.Fleet;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** Fleet and accounts, which are replaced together. */
public final class CurrentConfiguration {

    private final CurrentFleet fleet;
    private final CurrentAccounts accounts;
    private @Nullable CurrentAccessKeys accessKeys;

    /** Reads the fleet and the accounts. Throws an exception with all faults. */
    public CurrentConfiguration(Environment environment) {
        ConfigurationBinder binder = new ConfigurationBinder(environment);
        Fleet first = binder.fleet();
        Accounts all = binder.accounts();
        binder.throwIfInvalid();
        this.fleet = new CurrentFleet(first);
        this.accounts = new CurrentAccounts(all);
    }

    public CurrentFleet fleet() {
        return fleet;
    }

    public CurrentAccounts accounts() {
        return accounts;
    }

    /** Returns the access keys, which are read from now on: workers need not have their secrets. */
    public synchronized CurrentAccessKeys accessKeys(Environment environment) {
        CurrentAccessKeys known = accessKeys;
        if (known == null) {
            ConfigurationBinder binder = new ConfigurationBinder(environment);
            AccessKeys first = binder.accessKeys(accounts.get());
            binder.throwIfInvalid();
            known = new CurrentAccessKeys(first);
            accessKeys = known;
        }
        return known;
    }

    /** Replaces everything, or throws an exception with all faults and replaces nothing. */
    synchronized void replace(Environment environment) {
        ConfigurationBinder binder = new ConfigurationBinder(environment);
        Fleet nextFleet = binder.fleet();
        Accounts nextAccounts = binder.accounts();
        CurrentAccessKeys known = accessKeys;
        AccessKeys nextKeys = known == null ? null : binder.accessKeys(nextAccounts);
        binder.throwIfInvalid();
        fleet.replace(nextFleet);
        accounts.replace(nextAccounts);
        if (known != null && nextKeys != null) {
            known.replace(nextKeys);
        }
    }
}
