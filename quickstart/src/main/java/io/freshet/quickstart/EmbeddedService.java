package io.freshet.quickstart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One of Freshet's services, to be run beside the others. All of them see one class path, so each is told what it has of what others
 * brought: which kind of web server, which auto-configurations not.
 */
record EmbeddedService(
        Supplier<SpringApplicationBuilder> builder,
        WebApplicationType web,
        List<String> without,
        Map<String, Object> properties) {

    /** Arguments win over environment variables, which may be meant for a service that runs alone. */
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
