package io.freshet.fleet;

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

/** Reads {@code freshet.fleet} and {@code freshet.accounts} strictly: a misspelt key stops the start as a wrong value does. */
@AutoConfiguration
class FleetAutoConfiguration {

    @Bean
    Fleet fleet(Environment environment) {
        Faults faults = new Faults(new PropertyOrigins(environment)::of);
        FleetProperties properties = bind(environment, FleetReader.ROOT, Bindable.of(FleetProperties.class))
                .orElseGet(() -> new FleetProperties(Map.of(), List.of()));
        Fleet fleet = new FleetReader(faults).read(properties);
        faults.throwIfAny();
        return fleet;
    }

    /** None is possible: workers need no accounts. */
    @Bean
    Accounts accounts(Environment environment) {
        Faults faults = new Faults(new PropertyOrigins(environment)::of);
        Accounts accounts = new AccountsReader(faults).read(accountProperties(environment));
        faults.throwIfAny();
        return accounts;
    }

    /** Read where they are asked for only: workers need not have their secrets. */
    @Bean
    @Lazy
    AccessKeys accessKeys(Environment environment, Accounts accounts) {
        Faults faults = new Faults(new PropertyOrigins(environment)::of);
        AccessKeys keys = new AccessKeysReader(faults).read(accountProperties(environment), accounts);
        faults.throwIfAny();
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
