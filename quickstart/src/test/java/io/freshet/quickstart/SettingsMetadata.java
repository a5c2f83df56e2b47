package io.freshet.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Settings of all services, as Spring Boot's configuration processor describes them. */
final class SettingsMetadata {

    private static final String FILE = "META-INF/spring-configuration-metadata.json";

    private SettingsMetadata() {}

    /** Returns the {@code freshet} settings by key. */
    static Map<String, JsonNode> settings() {
        Map<String, JsonNode> settings = new TreeMap<>();
        for (JsonNode property : entries("properties")) {
            String key = property.path("name").asString("");
            if (key.startsWith("freshet.") && settings.put(key, property) != null) {
                throw new IllegalStateException("Two records have the setting " + key);
            }
        }
        return settings;
    }

    /** Returns the annotated types. */
    static List<Class<?>> types() {
        return entries("groups").stream()
                .map(group -> group.path("type").asString(""))
                .filter(type -> type.startsWith("io.freshet."))
                .distinct()
                .<Class<?>>map(SettingsMetadata::load)
                .filter(type -> type.isAnnotationPresent(ConfigurationProperties.class))
                .toList();
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<JsonNode> entries(String section) {
        List<JsonNode> entries = new ArrayList<>();
        try {
            for (URL file :
                    Collections.list(SettingsMetadata.class.getClassLoader().getResources(FILE))) {
                try (InputStream in = file.openStream()) {
                    JsonMapper.shared().readTree(in).path(section).forEach(entries::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }
}
