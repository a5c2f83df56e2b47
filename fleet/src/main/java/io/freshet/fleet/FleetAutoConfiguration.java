package io.freshet.fleet;

import io.freshet.fleet.account.AccessKeys;
import io.freshet.fleet.account.AccessKeysReader;
import io.freshet.fleet.account.AccountProperties;
import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.account.AccountsReader;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.FleetProperties;
import io.freshet.fleet.node.FleetReader;
import io.freshet.fleet.validation.ConfigurationErrors;
import io.freshet.fleet.validation.PropertyOrigins;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that reads {@code freshet.fleet} and {@code freshet.accounts} strictly: an unknown key is an
 * error.
 */
@AutoConfiguration
class FleetAutoConfiguration {

    @Bean
    Fleet fleet(Environment environment) {
        ConfigurationErrors errors = new ConfigurationErrors(new PropertyOrigins(environment)::of);
        FleetProperties properties = bind(environment, FleetReader.ROOT, Bindable.of(FleetProperties.class))
                .orElseGet(() -> new FleetProperties(Map.of(), List.of()));
        Fleet fleet = new FleetReader(errors).read(properties);
        errors.throwIfAny();
        return fleet;
    }

    /** None is possible: workers need no accounts. */
    @Bean
    Accounts accounts(Environment environment) {
        ConfigurationErrors errors = new ConfigurationErrors(new PropertyOrigins(environment)::of);
        Accounts accounts = new AccountsReader(errors).read(accountProperties(environment));
        errors.throwIfAny();
        return accounts;
    }

    /** Read where they are asked for only: workers need not have their secrets. */
    @Bean
    @Lazy
    AccessKeys accessKeys(Environment environment, Accounts accounts) {
        ConfigurationErrors errors = new ConfigurationErrors(new PropertyOrigins(environment)::of);
        AccessKeys keys = new AccessKeysReader(errors).read(accountProperties(environment), accounts);
        errors.throwIfAny();
        return keys;
    }

    private static List<AccountProperties> accountProperties(Environment environment) {
        return bind(environment, AccountsReader.ROOT, Bindable.listOf(AccountProperties.class))
                .orElse(List.of());
    }

    private static <T> BindResult<T> bind(Environment environment, String name, Bindable<T> target) {
        BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
        return Binder.get(environment).bind(name, target, strict);
    }
}
