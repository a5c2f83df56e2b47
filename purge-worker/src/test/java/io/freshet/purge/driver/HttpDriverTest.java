package io.freshet.purge.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDriverTest {

    private final PurgeDriver urlsOnly = driver(null);
    private final PurgeDriver withWildcards = driver(new Driver.DirectoryPurge("PURGE", "*"));

    private static PurgeDriver driver(Driver.@Nullable DirectoryPurge directory) {
        Driver settings = new Driver.Http("nginx", "PURGE", Map.of(), directory, "", null, null, null);
        return PurgeDriver.of(new Node("l1-a", URI.create("http://10.0.0.1:80"), settings));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/img/*", "/a*", "/*", "/search?q=a*", "/a%2A", "/a?q=%2a"})
    void a_url_that_ends_with_an_asterisk_is_never_sent_as_a_wildcard(String target) {
        Purge purge = Purge.of(Selector.URL, "http://a.test" + target, false);
        for (PurgeDriver driver : new PurgeDriver[] {urlsOnly, withWildcards}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> driver.request(purge))
                    .withMessageContaining("wildcard")
                    .withMessageContaining("directory");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a*b", "/*/a", "/a*?b", "/a%2Ab", "/%2", "/"})
    void an_asterisk_within_a_url_is_no_wildcard(String target) {
        Purge purge = Purge.of(Selector.URL, "http://a.test" + target, false);
        assertThat(withWildcards.request(purge).text()).startsWith("PURGE " + target + " HTTP/1.1\r\n");
    }

    @Test
    void a_directory_is_purged_by_its_wildcard() {
        assertThat(withWildcards
                        .request(Purge.of(Selector.DIRECTORY, "http://a.test/d/", false))
                        .text())
                .startsWith("PURGE /d/* HTTP/1.1\r\n");
    }

    @Test
    void a_purge_that_the_server_has_only_queued_is_not_success_and_the_reason_says_so() {
        assertThat(withWildcards.outcome(new PurgeAnswer(202, "Accepted", Map.of())))
                .isInstanceOfSatisfying(
                        PurgeOutcome.Refused.class,
                        refused -> assertThat(refused.answer())
                                .contains("answered 202 Accepted", "queued", "cache_purge_background_queue off"));
    }
}
