package io.freshet.fleet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.watch.ConfigurationWatcher;
import io.freshet.fleet.watch.CurrentAccessKeys;
import io.freshet.fleet.watch.CurrentAccounts;
import io.freshet.fleet.watch.CurrentFleet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Changes of the configuration file while a service runs. */
@ExtendWith(OutputCaptureExtension.class)
class ConfigurationWatchTest {

    private static final String NODES = """
            freshet.fleet:
              drivers:
                varnish: { type: varnish, token: "${CACHE_TOKEN}" }
                squid: { type: squid, token: s3cret, restart-token: { rewind: 1m } }
              tiers:
                - name: l1
                  nodes:
                    - { id: l1-a, address: "http://10.0.0.1:6081", driver: varnish }
                    - { id: l1-q, address: "http://10.0.0.9:6081", driver: squid }
            """;

    private static final String SECOND_NODE = """
                    - { id: l1-b, address: "http://10.0.0.2:6081", driver: varnish }
            """;

    private static final String ACCOUNTS = """
            freshet.accounts:
              - id: acme
                token-hashes: [ "%s" ]
                access-keys: [ { id: key-1, secret: "${KEY_SECRET}" } ]
                domains: [ www.example.com ]
            """;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Fleet> heard = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    private Path file;
    private ConfigurableApplicationContext service;

    @BeforeEach
    void start() throws IOException {
        // As Kubernetes mounts a ConfigMap: the file is a link into a folder that is itself behind a link.
        Path version = Files.createDirectory(folder.resolve("..1"));
        Files.writeString(version.resolve("freshet.yml"), configuration("", "token-1"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        file = Files.createSymbolicLink(folder.resolve("freshet.yml"), Path.of("..data", "freshet.yml"));
        service = new SpringApplicationBuilder(FleetAutoConfiguration.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.config.import=file:" + file,
                        "--spring.main.banner-mode=off",
                        "--CACHE_TOKEN=from-an-argument",
                        "--KEY_SECRET=sixteen-and-more",
                        "--freshet.configuration.poll-interval=20ms");
        service.getBean(ConfigurationWatcher.class).bindTo(meters);
        service.getBean(CurrentFleet.class).onChange(heard::add);
        assertThat(service.getBean(CurrentAccessKeys.class).get().byId("key-1")).isPresent();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private static String configuration(String moreNodes, String token) {
        return NODES + moreNodes + ACCOUNTS.formatted(Accounts.hash(token));
    }

    @Test
    void file_that_is_renamed_into_place_is_applied_as_a_whole() throws IOException {
        Node before = nodes().getFirst();
        rename(configuration(SECOND_NODE, "token-2").replace("id: key-1", "id: key-2"));
        await().untilAsserted(() -> assertThat(ids()).containsExactly("l1-a", "l1-q", "l1-b"));
        await().until(() -> changes("applied") == 1);
        assertThat(accounts().byToken("token-1")).isEmpty();
        assertThat(accounts().byToken("token-2").map(Account::id)).contains("acme");
        CurrentAccessKeys keys = service.getBean(CurrentAccessKeys.class);
        assertThat(keys.get().byId("key-1")).isEmpty();
        assertThat(keys.get().byId("key-2")).isPresent();
        assertThat(heard)
                .singleElement()
                .isEqualTo(service.getBean(CurrentFleet.class).get());
        assertThat(nodes().getFirst()).as("with the argument in its driver").isEqualTo(before);
    }

    @Test
    void new_version_of_a_mounted_config_map_is_applied() throws IOException {
        Path version = Files.createDirectory(folder.resolve("..2"));
        Files.writeString(version.resolve("freshet.yml"), configuration(SECOND_NODE, "token-1"));
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        await().untilAsserted(() -> assertThat(ids()).contains("l1-b"));
        assertThat(file).isSymbolicLink();
    }

    @Test
    void listeners_of_nodes_hear_nothing_of_a_change_of_accounts() throws IOException {
        rename(configuration("", "token-2"));
        await().until(() -> accounts().byToken("token-2").isPresent());
        rename(configuration("", "token-3"));
        await().until(() -> accounts().byToken("token-3").isPresent());
        assertThat(heard).as("the nodes are equal, with their restart tokens").isEmpty();
    }

    @Test
    void invalid_file_is_refused_with_all_faults_and_the_old_one_stays(CapturedOutput output) throws IOException {
        Fleet before = service.getBean(CurrentFleet.class).get();
        rename(configuration(SECOND_NODE.replace("10.0.0.2", "10.0.0.1"), "token-2")
                .replace("www.example.com", "not a domain"));
        await().until(() -> valid() == 0);
        assertThat(changes("refused")).isEqualTo(1);
        assertThat(output)
                .contains("freshet.fleet.tiers[0].nodes[2].address")
                .contains("freshet.yml] - 10:")
                .contains("is the address of l1-a, too")
                .contains("freshet.accounts[0].domains[0]")
                .contains("freshet.yml] - 15:")
                .doesNotContain("from-an-argument", "sixteen-and-more", "token-2");
        assertThat(service.getBean(CurrentFleet.class).get()).isSameAs(before);
        assertThat(accounts().byToken("token-1")).isPresent();

        rename(configuration(SECOND_NODE, "token-1"));
        await().until(() -> valid() == 1);
        assertThat(ids()).contains("l1-b");
        assertThat(output.getOut().split("is not used", -1)).as("logged once").hasSize(2);
    }

    @Test
    void misspelt_key_is_refused_without_its_value(CapturedOutput output) throws IOException {
        rename(configuration("", "token-1").replace("domains:", "tokn: opensesame\n    domains:"));
        await().until(() -> valid() == 0);
        assertThat(output)
                .contains("freshet.accounts[0].tokn")
                .contains("freshet.yml] - 14:")
                .contains("is not a known setting")
                .doesNotContain("opensesame");
    }

    @Test
    void value_of_a_wrong_kind_is_refused_with_its_line(CapturedOutput output) throws IOException {
        rename(configuration("", "token-1").replace("- name: l1\n", "- name: l1\n      new-nodes: full\n"));
        await().until(() -> valid() == 0);
        assertThat(output)
                .contains("freshet.fleet.tiers[0].new-nodes")
                .contains("freshet.yml] - 7:")
                .contains("is not one of empty, flush");
    }

    @Test
    void file_that_is_no_yaml_is_refused_with_line_and_column(CapturedOutput output) throws IOException {
        rename(configuration("", "token-1") + "\tsecret: opensesame\n");
        await().until(() -> valid() == 0);
        assertThat(output)
                .contains("is not valid YAML, in line 15, column 1")
                .contains(file.toString())
                .doesNotContain("opensesame");
    }

    @Test
    void file_that_is_gone_changes_nothing_until_it_is_back(CapturedOutput output) throws IOException {
        Path kept = folder.resolve("kept");
        Files.move(file, kept);
        await().until(() -> valid() == 0);
        assertThat(changes("unreadable")).isEqualTo(1);
        assertThat(output).contains(file + " cannot be read: NoSuchFileException");
        assertThat(ids()).containsExactly("l1-a", "l1-q");
        Files.move(kept, file);
        await().until(() -> valid() == 1);
        assertThat(changes("applied")).as("nothing has changed").isZero();
        assertThat(heard).isEmpty();
    }

    private void rename(String content) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private List<Node> nodes() {
        return service.getBean(CurrentFleet.class).get().nodes();
    }

    private List<String> ids() {
        return nodes().stream().map(Node::id).toList();
    }

    private Accounts accounts() {
        return service.getBean(CurrentAccounts.class).get();
    }

    private double valid() {
        return requireNonNull(meters.find("freshet.configuration.valid").gauge())
                .value();
    }

    private double changes(String result) {
        return requireNonNull(meters.find("freshet.configuration.changes")
                        .tag("result", result)
                        .functionCounter())
                .count();
    }
}
