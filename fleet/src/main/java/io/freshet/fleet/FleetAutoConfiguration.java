package io.freshet.fleet;

import io.freshet.fleet.watch.ConfigurationWatcher;
import io.freshet.fleet.watch.CurrentAccessKeys;
import io.freshet.fleet.watch.CurrentAccounts;
import io.freshet.fleet.watch.CurrentConfiguration;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.fleet.watch.WatchProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Auto-configuration that reads {@code freshet.fleet} and {@code freshet.accounts} strictly: an unknown key is an
 * error. Their values change with the file, so services use the current values.
 */
@AutoConfiguration
@EnableConfigurationProperties(WatchProperties.class)
class FleetAutoConfiguration {

    @Bean
    CurrentConfiguration currentConfiguration(ConfigurableEnvironment environment) {
        return new CurrentConfiguration(environment);
    }

    @Bean
    CurrentFleet currentFleet(CurrentConfiguration configuration) {
        return configuration.fleet();
    }

    @Bean
    CurrentAccounts currentAccounts(CurrentConfiguration configuration) {
        return configuration.accounts();
    }

    /** Read where they are asked for only: workers need not have their secrets. */
    @Bean
    @Lazy
    CurrentAccessKeys currentAccessKeys(CurrentConfiguration configuration, ConfigurableEnvironment environment) {
        return configuration.accessKeys(environment);
    }

    @Bean
    ConfigurationWatcher configurationWatcher(
            ConfigurableEnvironment environment, CurrentConfiguration configuration, WatchProperties properties) {
        return new ConfigurationWatcher(environment, configuration, properties);
    }
}
