package io.freshet.fleet.validation;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/** Finds the file and line that a property was read from; for one that is missing, those of what stands beside it. */
public final class PropertyOrigins {

    private final Environment environment;

    public PropertyOrigins(Environment environment) {
        this.environment = environment;
    }

    /** Such as {@code file [freshet.yml] - 12:15}, or empty. */
    public String of(String property) {
        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            Origin origin = originIn(source, name);
            if (origin != null) {
                return origin.toString();
            }
        }
        return "";
    }

    private static @Nullable Origin originIn(ConfigurationPropertySource source, ConfigurationPropertyName name) {
        ConfigurationProperty property = source.getConfigurationProperty(name);
        if (property != null) {
            return property.getOrigin();
        }
        if (!(source instanceof IterableConfigurationPropertySource iterable)) {
            return null;
        }
        ConfigurationPropertyName parent = name.getParent();
        return iterable.stream()
                .filter(candidate -> name.isAncestorOf(candidate) || parent.isAncestorOf(candidate))
                .findFirst()
                .map(source::getConfigurationProperty)
                .map(ConfigurationProperty::getOrigin)
                .orElse(null);
    }
}
