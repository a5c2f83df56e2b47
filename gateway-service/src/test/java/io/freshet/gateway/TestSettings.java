package io.freshet.gateway;

import java.util.Map;
import java.util.Objects;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Settings with their defaults, except for some. */
public final class TestSettings {

    private TestSettings() {}

    public static <T> T defaults(Class<T> type) {
        return with(type, Map.of());
    }

    /** Binds the settings as Spring Boot does. */
    public static <T> T with(Class<T> type, Map<String, ?> settings) {
        String prefix = Objects.requireNonNull(type.getAnnotation(ConfigurationProperties.class))
                .value();
        return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate(prefix, type);
    }
}
