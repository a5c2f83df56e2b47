package io.freshet.quickstart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Service that runs in this process beside the others. All share one class path, so each names its type of web server
 * and excludes the auto-configurations that belong to others.
 */
record EmbeddedService(
        Supplier<SpringApplicationBuilder> builder,
        WebApplicationType web,
        List<String> without,
        Map<String, Object> properties) {

    /** Starts the service. Arguments override environment variables, which may be meant for a stand-alone service. */
    ConfigurableApplicationContext run(Map<String, Object> shared) {
        Map<String, Object> all = new LinkedHashMap<>(shared);
        all.putAll(properties);
        all.put("spring.autoconfigure.exclude", String.join(",", without));
        String[] arguments = all.entrySet().stream()
                .map(property -> "--" + property.getKey() + '=' + property.getValue())
                .toArray(String[]::new);
        return builder.get().web(web).registerShutdownHook(false).run(arguments);
    }
}
