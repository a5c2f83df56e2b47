package io.freshet.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;

/** Files with Spring's own settings of the services: Freshet's have their defaults in records. */
class SettingsFilesTest {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^:}]*)");

    @Test
    void files_of_services_hold_no_setting_of_freshet() throws IOException {
        for (Path file : files()) {
            for (PropertySource<?> source :
                    new YamlPropertySourceLoader().load(file.toString(), new FileSystemResource(file))) {
                assertThat(((EnumerablePropertySource<?>) source).getPropertyNames())
                        .as(file.toString())
                        .noneMatch(key -> key.startsWith("freshet."));
            }
        }
    }

    /** The fleet file is the exception, as it is no setting. */
    @Test
    void files_of_services_name_no_environment_variables() throws IOException {
        for (Path file : files()) {
            Stream<MatchResult> found =
                    PLACEHOLDER.matcher(Files.readString(file)).results();
            assertThat(found.map(match -> match.group(1))).as(file.toString()).allMatch("FRESHET_CONFIG"::equals);
        }
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(".."), 5)) {
            return files.filter(file -> file.toString().matches(".*/src/main/resources/[^/]+\\.yml"))
                    .toList();
        }
    }
}
