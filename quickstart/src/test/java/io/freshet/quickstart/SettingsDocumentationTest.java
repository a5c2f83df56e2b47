package io.freshet.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Settings of all services, as the configuration processor describes them, against docs/operations.md.
 * {@code -Dfreshet.docs.write=true} writes the table instead.
 */
class SettingsDocumentationTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "operations.md");
    private static final String BEGIN = "<!-- settings:begin -->\n";
    private static final String END = "<!-- settings:end -->";
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    @Test
    void operations_md_lists_every_setting_with_its_default() throws IOException {
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        String table = table();
        if (Boolean.getBoolean("freshet.docs.write")) {
            Files.writeString(DOCUMENT, document.substring(0, begin) + table + document.substring(end));
            return;
        }
        assertThat(document.substring(begin, end).lines())
                .as("Run this test with -Dfreshet.docs.write=true to renew the table in docs/operations.md")
                .containsExactlyElementsOf(table.lines().toList());
    }

    @Test
    void every_setting_can_be_set_by_its_environment_variable() throws IOException {
        for (String key : settings().keySet()) {
            StandardEnvironment environment = new StandardEnvironment();
            environment
                    .getPropertySources()
                    .addFirst(new SystemEnvironmentPropertySource(
                            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                            Map.of(variable(key), "a value")));
            ConfigurationPropertySources.attach(environment);
            assertThat(Binder.get(environment).bind(key, String.class).orElse("not bound"))
                    .as("%s from %s", key, variable(key))
                    .isEqualTo("a value");
        }
    }

    @Test
    void every_setting_has_a_description() throws IOException {
        assertThat(settings())
                .isNotEmpty()
                .allSatisfy((key, property) -> assertThat(
                                property.path("description").asString(""))
                        .as(key)
                        .isNotBlank());
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static String table() throws IOException {
        String rows = settings().entrySet().stream()
                .map(setting -> row(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining());
        return "| key | default | meaning |\n|---|---|---|\n" + rows;
    }

    private static String row(String key, JsonNode property) {
        String value = shown(property.path("defaultValue"));
        String meaning = sentence(property.path("description").asString(""));
        return "| `" + key + "` | " + (value.isEmpty() ? "" : "`" + value + "`") + " | " + meaning + " |\n";
    }

    private static String sentence(String javadoc) {
        String text = javadoc.replaceAll("\\s+", " ")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replace("|", "\\|")
                .strip();
        String capital = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return capital.endsWith(".") ? capital : capital + '.';
    }

    private static String shown(JsonNode value) {
        return value.isArray()
                ? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(","))
                : value.asString("").replaceAll("^\\[|]$", "");
    }

    private static Map<String, JsonNode> settings() throws IOException {
        Map<String, JsonNode> settings = new TreeMap<>();
        List<URL> files = Collections.list(
                SettingsDocumentationTest.class.getClassLoader().getResources(METADATA));
        for (URL file : files) {
            try (InputStream in = file.openStream()) {
                for (JsonNode property : JsonMapper.shared().readTree(in).path("properties")) {
                    String name = property.path("name").asString("");
                    if (name.startsWith("freshet.")) {
                        settings.put(name, property);
                    }
                }
            }
        }
        return settings;
    }
}
