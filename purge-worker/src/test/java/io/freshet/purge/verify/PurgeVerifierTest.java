package io.freshet.purge.verify;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PurgeVerifierTest {

    private static final Node NODE =
            new Node("n1", URI.create("http://10.0.0.1:80"), new Driver.Varnish("varnish", "s3cret"));
    private static final Purge URL = Purge.of(Selector.URL, "http://a.test/p", false);

    private final PurgeVerifier verifier = verifier(NODE, new VerificationProperties(20, true));
    private final Cache cache = new Cache();

    /** Cache that ignores some purges. */
    private static final class Cache implements NodeExchange {
        private final List<String> requests = new ArrayList<>();
        private final Set<String> objects = new HashSet<>();
        private Predicate<String> ignored = _ -> false;
        private boolean storesNothing;
        private boolean hasOneSite;
        private @Nullable Integer status;

        @Override
        public PurgeAnswer send(PurgeRequest request) {
            String text = new String(request.encoded(), StandardCharsets.US_ASCII);
            String[] line = text.split(" ", 3);
            String host = hasOneSite ? "" : text.split("Host: |\r\n")[2];
            String named = host + line[1];
            requests.add(kind(text, line[0]));
            if (status != null) {
                return answer(status, Map.of());
            }
            if (text.contains("Freshet-Canary")) {
                if (!storesNothing) {
                    objects.add(named);
                }
                return answer(200, Map.of());
            }
            if (text.contains("Freshet-Look")) {
                return objects.contains(named)
                        ? answer(200, Map.of("freshet-fetch-age", "0.001", "freshet-ttl", "60.000"))
                        : answer(404, Map.of());
            }
            if (!ignored.test(kind(text, line[0]))) {
                objects.removeIf(object -> object.startsWith(named));
            }
            return answer(200, Map.of());
        }

        private static String kind(String text, String method) {
            return method
                    + (text.contains("Freshet-Names: path") ? " path" : "")
                    + (text.contains("Freshet-Names: host") ? " host" : "")
                    + (text.contains("Freshet-Match") ? " expression" : "");
        }
    }

    private static PurgeVerifier verifier(Node node, VerificationProperties settings) {
        return new PurgeVerifier(node, PurgeDriver.of(node), settings);
    }

    private static PurgeAnswer answer(int status, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("freshet-node", "n1");
        return new PurgeAnswer(status, "", all);
    }

    private static PurgeAnswer probe(String configuration) {
        return answer(200, Map.of("freshet-configuration", configuration));
    }

    private static PurgeAnswer found(String fetchAge, String ttl) {
        return answer(200, Map.of("freshet-fetch-age", fetchAge, "freshet-ttl", ttl));
    }

    // ---- the canary

    @Test
    void node_that_drops_the_canary_by_each_selector_is_proven_once_per_configuration() throws IOException {
        assertThat(verifier.failure(probe("4 100"), true, cache)).isNull();
        assertThat(cache.requests).contains("PURGE", "BAN", "BAN path", "BAN host", "BAN expression");
        assertThat(cache.objects).isEmpty();
        cache.requests.clear();
        assertThat(verifier.failure(probe("4 100"), true, cache)).isNull();
        assertThat(cache.requests).isEmpty();
        assertThat(verifier.failure(probe("4 101"), true, cache)).isNull();
        assertThat(cache.requests).isNotEmpty();
    }

    @Test
    void node_that_maps_unknown_hosts_to_a_site_is_sent_no_test_of_hosts() throws IOException {
        cache.hasOneSite = true;
        assertThat(verifier.failure(probe("4 100"), true, cache)).isNull();
        assertThat(cache.requests).contains("BAN path", "BAN expression").doesNotContain("BAN host");
    }

    @ParameterizedTest
    @CsvSource({"BAN path,ignore-query", "BAN expression,regex", "BAN host,host"})
    void node_that_ignores_a_selector_fails_with_its_name(String kind, String selector) throws IOException {
        cache.ignored = kind::equals;
        assertThat(verifier.failure(probe("4 100"), true, cache)).endsWith("after a purge by " + selector);
    }

    @Test
    void node_that_was_away_is_tested_again() throws IOException {
        verifier.failure(probe("4 100"), true, cache);
        cache.requests.clear();
        verifier.failure(probe("4 100"), false, cache);
        assertThat(cache.requests).isNotEmpty();
    }

    @Test
    void node_that_ignores_bans_fails_until_it_does_not() throws IOException {
        cache.ignored = "BAN"::equals;
        assertThat(verifier.failure(probe("4 100"), true, cache))
                .isEqualTo("confirms purges without effect: "
                        + "a test object was still in its cache after a purge by directory");
        assertThat(verifier.failure(probe("4 100"), true, cache)).isNotNull();
        cache.ignored = _ -> false;
        assertThat(verifier.failure(probe("4 100"), true, cache)).isNull();
    }

    @Test
    void node_that_ignores_purges_fails() throws IOException {
        cache.ignored = "PURGE"::equals;
        assertThat(verifier.failure(probe("4 100"), true, cache)).endsWith("after a purge by url");
    }

    @Test
    void node_that_does_not_keep_or_refuses_the_canary_fails() throws IOException {
        cache.storesNothing = true;
        assertThat(verifier.failure(probe("4 100"), true, cache)).startsWith("does not keep a test object");
        cache.status = 405;
        assertThat(verifier.failure(probe("4 100"), true, cache)).contains("refuses a test object", "405");
    }

    @Test
    void node_that_confirms_everything_and_tells_nothing_fails() throws IOException {
        cache.status = 200;
        assertThat(verifier.failure(probe("4 100"), true, cache)).contains("does not tell what its cache holds");
    }

    @Test
    void busy_node_is_no_proof_of_anything() {
        cache.status = 503;
        assertThatThrownBy(() -> verifier.failure(probe("4 100"), true, cache))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("503");
    }

    @Test
    void node_with_an_older_configuration_is_told_from_a_current_one() throws IOException {
        assertThat(verifier.failure(answer(200, Map.of()), true, cache)).contains("older freshet.vcl");
        assertThat(verifier.failure(probe("2 100"), true, cache)).contains("older freshet.vcl");
        assertThat(cache.requests).isEmpty();
        assertThat(verifier.canLook()).isFalse();
    }

    @Test
    void driver_that_cannot_look_is_trusted() throws IOException {
        Driver http = new Driver.Http("plain", "PURGE", Map.of(), null, "", null, null, null);
        PurgeVerifier trusting = verifier(new Node("n1", NODE.address(), http), new VerificationProperties(20, true));
        assertThat(trusting.failure(answer(404, Map.of()), true, cache)).isNull();
        assertThat(trusting.objects()).isZero();
    }

    // ---- looks

    @Test
    void absent_object_is_confirmed() {
        assertThat(verifier.failure(answer(404, Map.of()), URL, Duration.ZERO, null))
                .isNull();
    }

    @Test
    void copy_whose_fetch_began_after_the_purge_is_new() {
        assertThat(verifier.failure(found("4.999", "60.000"), URL, Duration.ofSeconds(5), null))
                .isNull();
        assertThat(verifier.failure(found("-7.000", "60.000"), URL, Duration.ofSeconds(5), null))
                .as("the node's clock was set back")
                .isNull();
    }

    @Test
    void copy_whose_fetch_began_before_the_purge_is_old_and_the_canary_is_played_again() throws IOException {
        verifier.failure(probe("4 100"), true, cache);
        cache.requests.clear();
        assertThat(verifier.failure(found("259200.000", "60.000"), URL, Duration.ofSeconds(5), null))
                .isEqualTo(new LookFailure("still serves it, stored 3 days ago", true));
        verifier.failure(probe("4 100"), true, cache);
        assertThat(cache.requests).isNotEmpty();
    }

    @Test
    void stale_copy_is_what_a_soft_purge_leaves() {
        Purge soft = Purge.of(Selector.URL, "http://a.test/p", true);
        assertThat(verifier.failure(found("100.000", "-0.001"), soft, Duration.ofSeconds(5), null))
                .isNull();
        assertThat(requireNonNull(verifier.failure(found("100.000", "60.000"), soft, Duration.ofSeconds(5), null))
                        .reason())
                .isEqualTo("still serves it, stored 100 s ago");
        assertThat(verifier.failure(found("100.000", "-0.001"), URL, Duration.ofSeconds(5), null))
                .isNotNull();
    }

    @Test
    void failed_look_is_no_old_copy() {
        assertThat(verifier.failure(answer(503, Map.of()), URL, Duration.ZERO, null))
                .isEqualTo(new LookFailure("answered 503", false));
    }
}
