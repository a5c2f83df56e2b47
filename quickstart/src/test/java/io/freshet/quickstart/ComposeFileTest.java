package io.freshet.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.YamlMapFactoryBean;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.io.FileSystemResource;

/** docker-compose.yml against the services' own settings. */
class ComposeFileTest {

    private static final Path ROOT = Path.of("..");
    private static final Duration SPRING_DEFAULT = Duration.ofSeconds(30);
    /** The web server stops in a phase of its own, before or after the consumers. */
    private static final int PHASES = 2;

    @ParameterizedTest
    @ValueSource(strings = {"gateway-service", "task-service", "purge-worker", "push-worker"})
    void stop_grace_period_is_longer_than_the_stop_of_the_service(String service) {
        Duration grace = DurationStyle.detectAndParse(
                String.valueOf(Objects.requireNonNull(services().get(service)).get("stop_grace_period")));

        assertThat(grace).isGreaterThan(phaseTimeout(service).multipliedBy(PHASES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"purge-worker", "push-worker"})
    void phase_of_a_worker_is_longer_than_its_stop_timeout(String worker) {
        String key = worker.equals("purge-worker") ? "freshet.delivery.stop-timeout" : "freshet.push.stop-timeout";
        Duration stopTimeout = DurationStyle.detectAndParse(
                Objects.requireNonNull(SettingsMetadata.settings().get(key))
                        .path("defaultValue")
                        .asString());

        // Closing the consumer and the last commit take five seconds each at most.
        assertThat(phaseTimeout(worker)).isGreaterThan(stopTimeout.plusSeconds(10));
    }

    @Test
    void every_container_is_read_only_and_has_no_privileges() {
        assertThat(services()).isNotEmpty().allSatisfy((name, service) -> {
            assertThat(service.get("read_only")).as(name).isEqualTo(true);
            assertThat(service.get("cap_drop")).as(name).isEqualTo(List.of("ALL"));
            assertThat(service.get("security_opt")).as(name).isEqualTo(List.of("no-new-privileges:true"));
            assertThat(service.containsKey("privileged")).as(name).isFalse();
        });
    }

    @Test
    void image_of_the_services_runs_as_a_user_with_a_number() throws IOException {
        try (Stream<String> lines = Files.lines(ROOT.resolve("Dockerfile"))) {
            assertThat(lines.filter(line -> line.startsWith("USER "))).containsExactly("USER 10001:10001");
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> services() {
        YamlMapFactoryBean reader = new YamlMapFactoryBean();
        reader.setResources(new FileSystemResource(ROOT.resolve("docker-compose.yml")));
        Map<String, Object> file = Objects.requireNonNull(reader.getObject());
        return (Map<String, Map<String, Object>>) Objects.requireNonNull(file.get("services"));
    }

    private static Duration phaseTimeout(String service) {
        YamlPropertiesFactoryBean reader = new YamlPropertiesFactoryBean();
        reader.setResources(new FileSystemResource(
                ROOT.resolve(service).resolve("src/main/resources").resolve(service + ".yml")));
        Properties properties = Objects.requireNonNull(reader.getObject());
        String timeout = properties.getProperty("spring.lifecycle.timeout-per-shutdown-phase");
        return timeout == null ? SPRING_DEFAULT : DurationStyle.detectAndParse(timeout);
    }
}
