package io.freshet.fleet.watch;

import io.freshet.fleet.account.AccountsReader;
import io.freshet.fleet.node.FleetReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;

/** The part of an environment that Spring Boot has read from files: reads it again, and finds the files. */
final class ConfigurationFiles {

    /** Beginning of the name of each property source that Spring Boot reads from a file or the class path. */
    private static final String LOADED = "Config resource '";

    private ConfigurationFiles() {}

    /**
     * Returns an environment with the properties that a start of the service would read now.
     *
     * @param running environment of this service: its arguments and variables, which do not change
     */
    static ConfigurableEnvironment readAgain(ConfigurableEnvironment running) {
        ConfigurableEnvironment fresh = new StandardEnvironment();
        MutablePropertySources sources = fresh.getPropertySources();
        sources.stream().map(PropertySource::getName).toList().forEach(sources::remove);
        running.getPropertySources().stream()
                .filter(source -> !source.getName().startsWith(LOADED))
                .filter(source -> !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
                .forEach(sources::addLast);
        ConfigurationPropertySources.attach(fresh);
        ConfigDataEnvironmentPostProcessor.applyTo(
                fresh, new DefaultResourceLoader(), null, running.getActiveProfiles());
        return fresh;
    }

    /** Returns the entries of the fleet and the accounts, by name. */
    static Map<String, @Nullable Object> entries(ConfigurableEnvironment environment) {
        Map<String, @Nullable Object> entries = new HashMap<>();
        forEachEntry(environment, (source, name) -> entries.putIfAbsent(name, source.getProperty(name)));
        return entries;
    }

    /** Returns the files that hold entries of the fleet or the accounts. */
    static Set<Path> files(ConfigurableEnvironment environment) {
        Set<Path> files = new LinkedHashSet<>();
        forEachEntry(environment, (source, name) -> {
            Origin origin = OriginLookup.getOrigin(source, name);
            if (origin instanceof TextResourceOrigin text && text.getResource() != null) {
                addFile(files, text.getResource());
            }
        });
        return files;
    }

    private static void addFile(Set<Path> files, Resource resource) {
        if (resource.isFile()) {
            try {
                files.add(resource.getFile().toPath());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void forEachEntry(
            ConfigurableEnvironment environment, BiConsumer<EnumerablePropertySource<?>, String> action) {
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source.getName().startsWith(LOADED) && source instanceof EnumerablePropertySource<?> loaded) {
                for (String name : loaded.getPropertyNames()) {
                    if (name.startsWith(FleetReader.ROOT) || name.startsWith(AccountsReader.ROOT)) {
                        action.accept(loaded, name);
                    }
                }
            }
        }
    }
}
