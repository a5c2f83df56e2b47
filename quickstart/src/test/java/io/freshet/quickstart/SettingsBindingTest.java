package io.freshet.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import tools.jackson.databind.JsonNode;

/** Environment variables of all settings, bound to the records of all services. */
class SettingsBindingTest {

    /** Keys that were bound to a value of the environment. */
    private final Set<String> bound = new HashSet<>();

    @Test
    void variables_with_the_documented_defaults_change_no_setting() {
        Map<String, Object> variables = new TreeMap<>();
        Set<String> keys = new TreeSet<>();
        SettingsMetadata.settings().forEach((key, setting) -> {
            if (setting.has("defaultValue")) {
                keys.add(key);
                variables.putAll(defaults(key, setting));
            }
        });
        for (Class<?> type : SettingsMetadata.types()) {
            assertThat(bind(type, variables)).isEqualTo(bind(type, Map.of()));
        }
        assertThat(bound).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void settings_without_default_are_bound_from_their_variables() {
        Map<String, JsonNode> settings = SettingsMetadata.settings();
        settings.values().removeIf(setting -> setting.has("defaultValue"));
        Set<String> keys = settings.keySet();
        for (Class<?> type : SettingsMetadata.types()) {
            String prefix = prefix(type);
            Map<String, Object> variables = new TreeMap<>();
            for (RecordComponent component : type.getRecordComponents()) {
                String key = prefix + '.' + dashed(component.getName());
                if (keys.contains(key)) {
                    variables.putAll(samples(key, component.getGenericType(), null));
                }
            }
            bind(type, variables);
        }
        assertThat(bound).containsExactlyInAnyOrderElementsOf(keys);
    }

    private Object bind(Class<?> type, Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .forEach(source -> environment
                        .getPropertySources()
                        .replace(source.getName(), new MapPropertySource(source.getName(), Map.of())));
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        ConfigurationPropertySources.attach(environment);
        return Binder.get(environment).bindOrCreate(prefix(type), Bindable.of(type), new Recorder());
    }

    private static String prefix(Class<?> type) {
        ConfigurationProperties annotation = type.getAnnotation(ConfigurationProperties.class);
        return annotation.prefix().isEmpty() ? annotation.value() : annotation.prefix();
    }

    private static Map<String, Object> defaults(String key, JsonNode setting) {
        JsonNode value = setting.path("defaultValue");
        if (!setting.path("type").asString("").startsWith("java.util.List<")) {
            return Map.of(variable(key), value.asString());
        }
        Map<String, Object> elements = new LinkedHashMap<>();
        for (String element : value.asString().replaceAll("^\\[|]$", "").split(", *", -1)) {
            elements.put(variable(key) + '_' + elements.size(), element);
        }
        return elements;
    }

    /** Returns variables for a value of the type: of all components for a record, of one element for a list. */
    private static Map<String, Object> samples(String key, Type type, @Nullable DefaultValue value) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return samples(key + ".0", list.getActualTypeArguments()[0], null);
        }
        if (type instanceof Class<?> record && record.isRecord()) {
            Map<String, Object> all = new TreeMap<>();
            for (var parameter : record.getDeclaredConstructors()[0].getParameters()) {
                all.putAll(samples(
                        key + '.' + dashed(parameter.getName()),
                        parameter.getParameterizedType(),
                        parameter.getAnnotation(DefaultValue.class)));
            }
            return all;
        }
        String given = value == null ? "" : String.join(",", value.value());
        String sample = type == String.class ? "www.example.com" : "1";
        return Map.of(variable(key), given.isEmpty() ? sample : given);
    }

    private static String dashed(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Notes the keys whose values come from the environment, without the index and fields of a list's element. */
    private final class Recorder implements BindHandler {

        @Override
        public Object onSuccess(
                ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
            if (context.getConfigurationProperty() != null) {
                bound.add(name.toString().replaceAll("\\[.*", ""));
            }
            return result;
        }
    }
}
