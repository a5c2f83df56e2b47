package io.freshet.fleet;

import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Reads {@code freshet.fleet} and {@code freshet.accounts} strictly: a misspelt key stops the start as a wrong value does. */
@AutoConfiguration
class FleetAutoConfiguration {

    @Bean
    Fleet fleet(Environment environment) {
        Faults faults = new Faults(new PropertyOrigins(environment)::of);
        Fleet fleet =
                new FleetReader(faults).read(bind(environment, FleetReader.ROOT, Bindable.of(FleetProperties.class)));
        faults.throwIfAny();
        return fleet;
    }

    @Bean
    Accounts accounts(Environment environment) {
        Faults faults = new Faults(new PropertyOrigins(environment)::of);
        List<AccountProperties> properties =
                bind(environment, AccountsReader.ROOT, Bindable.listOf(AccountProperties.class));
        Accounts accounts = new AccountsReader(faults).read(properties == null ? List.of() : properties);
        faults.throwIfAny();
        return accounts;
    }

    private static <T> T bind(Environment environment, String name, Bindable<T> target) {
        BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
        return Binder.get(environment).bindOrCreate(name, target, strict);
    }
}
