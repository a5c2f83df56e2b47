package io.freshet.gateway.request;

import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The gateway's settings with their defaults, but for these. */
public final class TestSettings {

    private TestSettings() {}

    public static GatewayProperties with(Map<String, ?> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("freshet.gateway", GatewayProperties.class);
    }
}
