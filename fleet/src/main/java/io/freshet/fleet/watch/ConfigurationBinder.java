package io.freshet.fleet.watch;

import io.freshet.fleet.account.AccessKeys;
import io.freshet.fleet.account.AccessKeysReader;
import io.freshet.fleet.account.AccountProperties;
import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.account.AccountsReader;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.FleetProperties;
import io.freshet.fleet.node.FleetReader;
import io.freshet.fleet.validation.ConfigurationErrors;
import io.freshet.fleet.validation.InvalidFleetException;
import io.freshet.fleet.validation.PropertyOrigins;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * Strict binding of {@code freshet.fleet} and {@code freshet.accounts}: an unknown key is an error. All methods throw
 * {@link BindException} for what cannot be bound, and {@link InvalidFleetException} with every other fault.
 */
final class ConfigurationBinder {

    private final Environment environment;
    private final ConfigurationErrors errors;

    ConfigurationBinder(Environment environment) {
        this.environment = environment;
        this.errors = new ConfigurationErrors(new PropertyOrigins(environment)::of);
    }

    /** Throws an exception with all faults that the methods of this object have found. */
    void throwIfInvalid() {
        errors.throwIfAny();
    }

    Fleet fleet() {
        FleetProperties properties = bind(FleetReader.ROOT, Bindable.of(FleetProperties.class))
                .orElseGet(() -> new FleetProperties(Map.of(), List.of()));
        return new FleetReader(errors).read(properties);
    }

    /** Returns the accounts. None is possible: workers need no accounts. */
    Accounts accounts() {
        return new AccountsReader(errors).read(accountProperties());
    }

    AccessKeys accessKeys(Accounts accounts) {
        return new AccessKeysReader(errors).read(accountProperties(), accounts);
    }

    private List<AccountProperties> accountProperties() {
        return bind(AccountsReader.ROOT, Bindable.listOf(AccountProperties.class))
                .orElse(List.of());
    }

    private <T> BindResult<T> bind(String name, Bindable<T> target) {
        BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
        return Binder.get(environment).bind(name, target, strict);
    }
}
