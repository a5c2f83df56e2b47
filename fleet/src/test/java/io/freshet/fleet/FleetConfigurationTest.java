package io.freshet.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.freshet.contracts.Selector;
import io.freshet.fleet.account.AccessKey;
import io.freshet.fleet.account.AccessKeys;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.account.Quotas;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.NewNodes;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.PushRouting;
import io.freshet.fleet.node.Tier;
import io.freshet.fleet.validation.InvalidFleetException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The file that the user mounts, read as a service reads it. */
class FleetConfigurationTest {

    private static final String GOOD = """
            freshet:
              fleet:
                drivers:
                  varnish: { type: varnish, token: s3cret }
                  nginx: { type: http, headers: { X-Purge-Token: hidden }, directory: { path-suffix: "*" } }
                tiers:
                  - name: l2
                    push-routing: hash
                    nodes:
                      - { id: l2-a, address: "http://10.0.0.1:6081", driver: varnish }
                  - name: l1
                    nodes:
                      - { id: l1-a, address: "https://l1-a.internal", driver: varnish }
                      - { id: l1-b, address: "http://10.0.1.2:80/", driver: nginx }
              accounts:
                - id: acme
                  operator: true
                  token-hashes: [ "%s" ]
                  domains: [ www.example.com, "*.img.example.com" ]
                  quotas: { url: 7 }
            """.formatted(Accounts.hash("let-me-in"));

    @TempDir
    Path folder;

    @Test
    void a_good_file_is_read() throws IOException {
        start(GOOD, context -> {
            Fleet fleet = context.getBean(Fleet.class);
            assertThat(fleet.tiers()).extracting(Tier::name).containsExactly("l2", "l1");
            assertThat(fleet.tiers()).extracting(Tier::pushRouting).containsExactly(PushRouting.HASH, PushRouting.ALL);
            assertThat(fleet.nodes()).extracting(Node::id).containsExactly("l2-a", "l1-a", "l1-b");
            assertThat(fleet.nodes())
                    .extracting(Node::address)
                    .containsExactly(
                            URI.create("http://10.0.0.1:6081"),
                            URI.create("https://l1-a.internal:443"),
                            URI.create("http://10.0.1.2:80"));
            Account account = context.getBean(Accounts.class)
                    .byToken("let-me-in")
                    .orElseThrow()
                    .account();
            assertThat(account.id()).isEqualTo("acme");
            assertThat(account.quotas()).isEqualTo(new Quotas(7, 100, 20, 20, 10_000, 5, 500));
            assertThat(context.getBean(Accounts.class).byToken("let-me-out")).isEmpty();
        });
    }

    @Test
    void an_account_signs_with_several_keys_from_the_environment_and_from_files() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "a-secret-from-a-file\n");
        start(
                withKeys(
                        "{ id: old-key, secret: \"${TEST_SECRET:a-secret-from-a-variable}\" }, { id: new-key, secret-file: \""
                                + file + "\" }"),
                context -> {
                    AccessKeys keys = context.getBean(AccessKeys.class);
                    assertThat(keys.byId("old-key").orElseThrow().account().id())
                            .isEqualTo("acme");
                    assertThat(keys.byId("old-key").orElseThrow().hmacSha256("text"))
                            .isNotEqualTo(keys.byId("new-key").orElseThrow().hmacSha256("text"))
                            .hasSize(32);
                    assertThat(keys.byId("new-key").orElseThrow().hmacSha256("text"))
                            .isEqualTo(new AccessKey(
                                            "any",
                                            context.getBean(Accounts.class)
                                                    .all()
                                                    .getFirst(),
                                            "a-secret-from-a-file")
                                    .hmacSha256("text"));
                    assertThat(keys.byId("other")).isEmpty();
                    assertThat(keys.byId("old-key").orElseThrow()).hasToString("old-key");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            value = {
                "{ id: k } -> [0].secret -> one of them says the secret, and not both",
                "{ id: k, secret: sixteen-and-more, secret-file: f } -> [0].secret -> one of them says the secret, and not both",
                "{ id: 'k k', secret: sixteen-and-more } -> [0].id -> is not an id [A-Za-z0-9][A-Za-z0-9._-]{0,127}",
                "{ id: k, secret: tooshort-secret } -> [0].secret -> is not 16 to 256 visible ASCII characters",
                "{ id: k, secret: '${NOT_SET_AT_ALL}' } -> [0].secret -> names the environment variable ${NOT_SET_AT_ALL}, which is not set",
                "{ id: k, secret-file: /not/there } -> [0].secret-file -> \"/not/there\" cannot be read: NoSuchFileException",
                "{ id: k, secret: sixteen-and-more }, { id: k, secret: sixteen-or-even-more } -> [1].id -> \"k\" is an access key of account acme, too",
            })
    void an_access_key_that_cannot_work_is_refused_with_its_place_and_without_its_secret(
            String keys, String place, String reason) throws IOException {
        start(
                withKeys(keys),
                context -> assertThat(catchThrowable(() -> context.getBean(AccessKeys.class)))
                        .rootCause()
                        .isInstanceOfSatisfying(
                                InvalidFleetException.class,
                                invalid -> assertThat(invalid.errors())
                                        .singleElement()
                                        .asString()
                                        .startsWith("freshet.accounts[0].access-keys" + place)
                                        .contains("freshet.yml] - 21:")
                                        .endsWith(reason)
                                        .doesNotContain("sixteen", "tooshort")));
    }

    private static String withKeys(String keys) {
        return GOOD + "      access-keys: [ " + keys + " ]\n";
    }

    @Test
    void workers_need_no_accounts() throws IOException {
        start(
                GOOD.substring(0, GOOD.indexOf("  accounts:")),
                context -> assertThat(context.getBean(Accounts.class).all()).isEmpty());
    }

    @Test
    void secrets_are_not_printed() throws IOException {
        start(
                GOOD,
                context -> assertThat(context.getBean(Fleet.class).toString())
                        .doesNotContain("s3cret")
                        .doesNotContain("hidden"));
    }

    @Test
    void every_fault_is_told_at_once_with_its_line() throws IOException {
        String bad = GOOD.replace("id: l1-b", "id: l1-a")
                .replace("http://10.0.1.2:80/", "ftp://10.0.1.2")
                .replace("driver: nginx }", "driver: ngnix }");
        assertThat(errors(bad))
                .anySatisfy(fault -> assertThat(fault)
                        .startsWith("freshet.fleet.tiers[1].nodes[1].id")
                        .contains("freshet.yml] - 14:19")
                        .endsWith("\"l1-a\" is another node's id, too"))
                .anySatisfy(fault -> assertThat(fault).contains("\"ftp://10.0.1.2\" is not http://host:port"))
                .anySatisfy(fault -> assertThat(fault).contains("\"ngnix\" is not under freshet.fleet.drivers"))
                .hasSize(3);
    }

    @Test
    void nodes_may_have_regions() throws IOException {
        start(GOOD.replace("driver: nginx }", "driver: nginx, region: eu-1 }"), context -> {
            Fleet fleet = context.getBean(Fleet.class);
            assertThat(fleet.regions()).containsExactly("eu-1");
            assertThat(fleet.tiers().getLast().nodesOf("eu-1"))
                    .extracting(Node::id)
                    .containsExactly("l1-b");
        });
        assertThat(errors(GOOD.replace("driver: nginx }", "driver: nginx, region: EU }")))
                .singleElement()
                .asString()
                .startsWith("freshet.fleet.tiers[1].nodes[1].region")
                .contains("\"EU\" is not a name");
    }

    @Test
    void missing_entry_is_named_with_the_line_beside_it() throws IOException {
        assertThat(errors(GOOD.replace("type: varnish, ", "")))
                .singleElement()
                .asString()
                .contains("freshet.fleet.drivers.varnish.type")
                .contains("freshet.yml] - 4:25")
                .contains("is missing");
        assertThat(errors("freshet: { fleet: { tiers: [] } }"))
                .singleElement()
                .asString()
                .contains("names no tier");
    }

    @Test
    void values_of_headers_that_a_domain_declares_for_pushes_are_read() throws IOException {
        String variants = """
                      push-variants:
                        - { domain: "*.img.example.com", headers: { Accept-Language: [ de, en ], X-Device: [ tv ] } }
                """;
        start(
                GOOD + variants,
                context -> assertThat(
                                context.getBean(Accounts.class).all().getFirst().pushVariantsOf("*.img.example.com"))
                        .isEqualTo(Map.of("Accept-Language", List.of("de", "en"), "X-Device", List.of("tv"))));
    }

    @Test
    void variants_of_a_foreign_domain_or_of_a_forbidden_header_are_refused() throws IOException {
        String variants = """
                      push-variants:
                        - { domain: other.example.com, headers: { Accept: [ a ] } }
                        - { domain: www.example.com, headers: { Host: [ b ], A: [ 1, 2, 3, 4, 5 ], B: [ 1, 2, 3, 4 ] } }
                """;
        assertThat(errors(GOOD + variants))
                .anySatisfy(fault -> assertThat(fault).contains("push-variants[0].domain", "not one of the account's"))
                .anySatisfy(fault -> assertThat(fault).contains("\"Host\" must not be a header"))
                .anySatisfy(fault -> assertThat(fault).contains("20 combinations"))
                .hasSize(3);
    }

    @Test
    void two_accounts_may_not_share_a_domain_or_a_token() throws IOException {
        String second = GOOD + "    - { id: other, domains: [ a.img.example.com ], token-hashes: [ \""
                + Accounts.hash("let-me-in") + "\" ] }\n";
        assertThat(errors(second))
                .anySatisfy(fault -> assertThat(fault).contains("overlaps *.img.example.com of account acme"))
                .anySatisfy(fault -> assertThat(fault)
                        .contains("is a token of account acme, too")
                        .doesNotContain("let-me-in"))
                .hasSize(2);
    }

    @Test
    void a_token_written_where_its_hash_belongs_is_refused_and_not_repeated() throws IOException {
        assertThat(errors(GOOD.replace(Accounts.hash("let-me-in"), "let-me-in")))
                .singleElement()
                .asString()
                .contains("token-hashes[0]")
                .doesNotContain("let-me-in");
    }

    @Test
    void how_a_server_is_flushed_and_how_its_restart_is_seen_is_read() throws IOException {
        String file = GOOD.replace("- name: l1\n", "- name: l1\n        new-nodes: flush\n")
                .replace(
                        "type: http,",
                        "type: http, flush: { method: BAN, path: /all },"
                                + " restart-token: { path: /stats, pattern: '\"start\": \"([0-9]+)\"', rewind: 90s },");
        start(file, context -> {
            Fleet fleet = context.getBean(Fleet.class);
            assertThat(fleet.tiers()).extracting(Tier::newNodes).containsExactly(NewNodes.EMPTY, NewNodes.FLUSH);
            Driver.Http driver = (Driver.Http) fleet.nodes().getLast().driver();
            assertThat(driver.flush()).isEqualTo(new Driver.Flush("BAN", "/all"));
            Driver.RestartToken token = Objects.requireNonNull(driver.restartToken());
            assertThat(token.path()).isEqualTo("/stats");
            assertThat(token.pattern().pattern()).isEqualTo("\"start\": \"([0-9]+)\"");
            assertThat(token.rewind()).isEqualTo(Duration.ofSeconds(90));
        });
        start(GOOD, context -> {
            Driver.Http driver =
                    (Driver.Http) context.getBean(Fleet.class).nodes().getLast().driver();
            assertThat(driver.flush()).isNull();
            assertThat(driver.restartToken()).isNull();
        });
        start(
                GOOD.replace("type: http,", "type: http, flush: { path: / }, restart-token: { path: /s, pattern: x },"),
                context -> {
                    Driver.Http driver = (Driver.Http)
                            context.getBean(Fleet.class).nodes().getLast().driver();
                    assertThat(driver.flush()).isEqualTo(new Driver.Flush("PURGE", "/"));
                    assertThat(Objects.requireNonNull(driver.restartToken()).rewind())
                            .isEqualTo(Duration.ofMinutes(5));
                });
    }

    @Test
    void the_request_for_a_look_is_read_and_its_headers_are_not_shown() throws IOException {
        start(
                GOOD.replace(
                        "type: http,",
                        "type: http, look: { headers: { Freshet-Look: \"1\", Key: s3cret }, absent-status: 500, cache-header: X-Cache, canary: true },"),
                context -> {
                    Driver.LookRequest look = look(context.getBean(Fleet.class));
                    assertThat(look)
                            .isEqualTo(new Driver.LookRequest(
                                    "GET", Map.of("Freshet-Look", "1", "Key", "s3cret"), 500, "X-Cache", true));
                    assertThat(look).asString().doesNotContain("s3cret");
                });
        start(
                GOOD.replace("type: http,", "type: http, look: { headers: { Cache-Control: only-if-cached } },"),
                context -> assertThat(look(context.getBean(Fleet.class)).absentStatus())
                        .isEqualTo(504));
        start(
                GOOD,
                context -> assertThat(((Driver.Http) context.getBean(Fleet.class)
                                        .nodes()
                                        .getLast()
                                        .driver())
                                .look())
                        .isNull());
    }

    @Test
    void traffic_server_and_squid_have_restart_tokens_of_their_own_unless_others_are_written() throws IOException {
        String nginx = "type: http, headers: { X-Purge-Token: hidden }, directory: { path-suffix: \"*\" }";
        start(
                GOOD.replace(nginx, "type: traffic-server, token: s3cret, host-purge: true"),
                context -> assertThat(lastDriver(context.getBean(Fleet.class)))
                        .isEqualTo(
                                new Driver.TrafficServer("nginx", "s3cret", true, Driver.TrafficServer.RESTART_TOKEN)));
        start(
                GOOD.replace(
                        nginx,
                        "type: squid, token: s3cret, variant: { Accept-Encoding: gzip }, restart-token: { rewind: 1h }"),
                context -> {
                    Driver.Squid squid = (Driver.Squid) lastDriver(context.getBean(Fleet.class));
                    assertThat(squid.variant()).isEqualTo(Map.of("Accept-Encoding", "gzip"));
                    assertThat(squid.restartToken().path()).isEqualTo("/squid-internal-mgr/info");
                    assertThat(squid.restartToken().rewind()).isEqualTo(Duration.ofHours(1));
                    assertThat(squid).asString().doesNotContain("s3cret");
                });
    }

    @Test
    void driver_may_purge_by_a_wider_type_where_the_server_cannot_purge_by_that_of_the_refresh() throws IOException {
        String nginx = "type: http, headers: { X-Purge-Token: hidden }, directory: { path-suffix: \"*\" }";
        start(
                GOOD.replace(
                        nginx,
                        "wider: { tag: host, ignore-query: host }, type: traffic-server, token: t, host-purge: true"),
                context -> {
                    Driver driver = lastDriver(context.getBean(Fleet.class));
                    assertThat(Selector.values())
                            .filteredOn(driver::supports)
                            .containsExactly(
                                    Selector.URL,
                                    Selector.IGNORE_QUERY,
                                    Selector.HOST,
                                    Selector.TAG,
                                    Selector.EVERYTHING);
                    assertThat(driver.purgedBy(Selector.TAG)).isEqualTo(Selector.HOST);
                    assertThat(driver.purgedBy(Selector.URL)).isEqualTo(Selector.URL);
                    assertThat(driver.supportsSubdomains()).isFalse();
                });
    }

    private static Driver lastDriver(Fleet fleet) {
        return fleet.nodes().getLast().driver();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            value = {
                "type: varnish, token: t, wider: { tag: host } -> wider.tag -> is a type that the driver purges by as it is",
                "type: squid, token: t, wider: { tag: host } -> wider.tag -> is host, which the driver cannot purge by",
                "type: http, directory: {}, wider: { tag: directory } -> wider.tag -> is directory, which does not contain tag; ignore-query and prefix may be directory or host; directory, regex and tag may be host",
                "type: squid -> token -> is not a token of visible ASCII; it is the one that the Squid nodes have",
                "type: traffic-server -> token -> is not a token of visible ASCII; it is the one that the Traffic Server nodes have",
                "type: squid, token: t, headers: { A: b } -> headers -> is a setting of type http",
                "type: squid, token: t, flush: { path: / } -> flush -> is a setting of type http",
                "type: squid, token: t, host-purge: true -> host-purge -> is a setting of type traffic-server",
                "type: squid, token: t, variant: { A: '' } -> variant.A -> has no value",
                "type: squid, token: t, variant: { 'A': 'é' } -> variant.A -> has a value that is not visible ASCII",
                "type: traffic-server, token: t, variant: { A: b } -> variant -> is a setting of type squid",
                "type: traffic-server, token: t, restart-token: { pattern: '(' } -> restart-token.pattern -> is not a regular expression: Unclosed group",
            })
    void setting_that_a_server_does_not_have_is_refused_with_its_place(String driver, String place, String reason)
            throws IOException {
        String nginx = "type: http, headers: { X-Purge-Token: hidden }, directory: { path-suffix: \"*\" }";
        assertThat(errors(GOOD.replace(nginx, driver)))
                .singleElement()
                .asString()
                .startsWith("freshet.fleet.drivers.nginx." + place)
                .endsWith(reason);
    }

    private static Driver.LookRequest look(Fleet fleet) {
        return Objects.requireNonNull(((Driver.Http) fleet.nodes().getLast().driver()).look());
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            value = {
                "look: { method: 'G T' } -> nginx.look.method -> \"G T\" is not an HTTP token",
                "look: { headers: { A: '\u00e9' } } -> nginx.look.headers.A -> has a value that is not visible ASCII",
                "look: { cache-header: 'X Y' } -> nginx.look.cache-header -> \"X Y\" is not an HTTP token",
                "look: { absent-status: 200 } -> nginx.look.absent-status -> 200 is not an HTTP status between 400 and 599",
                "flush: { path: all } -> nginx.flush.path -> \"all\" is not a path of visible ASCII that begins with /",
                "flush: { method: GET } -> nginx.flush.path -> \"\" is not a path of visible ASCII that begins with /",
                "flush: { path: '/a b' } -> nginx.flush.path -> \"/a b\" is not a path of visible ASCII that begins with /",
                "flush: { path: /, method: 'B N' } -> nginx.flush.method -> \"B N\" is not an HTTP token",
                "restart-token: { pattern: x } -> nginx.restart-token.path -> \"\" is not a path of visible ASCII that begins with /",
                "restart-token: { path: /s } -> nginx.restart-token.pattern -> is missing",
                "restart-token: { path: /s, pattern: '(' } -> nginx.restart-token.pattern -> is not a regular expression: Unclosed group",
                "restart-token: { path: /s, pattern: x, rewind: -1s } -> nginx.restart-token.rewind -> is negative",
            })
    void a_request_that_cannot_work_is_refused_with_its_place(String setting, String place, String reason)
            throws IOException {
        assertThat(errors(GOOD.replace("type: http,", "type: http, " + setting + ',')))
                .singleElement()
                .asString()
                .startsWith("freshet.fleet.drivers." + place)
                .contains("freshet.yml] - 5:")
                .endsWith(reason);
    }

    @Test
    void new_nodes_are_empty_or_flushed_and_nothing_else() throws IOException {
        assertThat(failure(GOOD.replace("- name: l1\n", "- name: l1\n        new-nodes: full\n")))
                .hasStackTraceContaining("freshet.fleet.tiers[1].new-nodes")
                .hasStackTraceContaining("full");
    }

    @Test
    void a_misspelt_key_stops_the_start() throws IOException {
        assertThat(failure(GOOD.replace("push-routing", "push-ruting")))
                .hasStackTraceContaining("push-ruting")
                .hasStackTraceContaining("were left unbound");
    }

    private List<String> errors(String yaml) throws IOException {
        Throwable failure = failure(yaml);
        while (!(failure instanceof InvalidFleetException invalid)) {
            assertThat(failure).isNotNull();
            failure = failure.getCause();
        }
        return invalid.errors();
    }

    private Throwable failure(String yaml) throws IOException {
        Path file = write(yaml);
        return catchThrowable(() -> application(file).close());
    }

    private void start(String yaml, Consumer<ConfigurableApplicationContext> test) throws IOException {
        try (ConfigurableApplicationContext context = application(write(yaml))) {
            test.accept(context);
        }
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("freshet.yml"), yaml);
    }

    private static ConfigurableApplicationContext application(Path file) {
        return new SpringApplicationBuilder(FleetAutoConfiguration.class)
                .web(WebApplicationType.NONE)
                .run("--spring.config.import=file:" + file, "--spring.main.banner-mode=off");
    }
}
