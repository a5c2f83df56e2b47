package io.freshet.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Settings of all services, as the configuration processor describes them, against docs/operations.md.
 * {@code -Dfreshet.docs.write=true} writes the table instead.
 */
class SettingsDocumentationTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "operations.md");
    private static final String BEGIN = "<!-- settings:begin -->\n";
    private static final String END = "<!-- settings:end -->";

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
    void every_setting_has_a_description() {
        assertThat(SettingsMetadata.settings())
                .isNotEmpty()
                .allSatisfy((key, property) -> assertThat(
                                property.path("description").asString(""))
                        .as(key)
                        .isNotBlank());
    }

    private static String table() {
        String rows = SettingsMetadata.settings().entrySet().stream()
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
}
