package io.freshet.purge.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WiderDriverTest {

    private final PurgeDriver byHost = of(
            new Driver.TrafficServer("ats", "token", true, Driver.TrafficServer.RESTART_TOKEN),
            Map.of(
                    Selector.IGNORE_QUERY, Selector.HOST,
                    Selector.PREFIX, Selector.HOST,
                    Selector.DIRECTORY, Selector.HOST,
                    Selector.REGEX, Selector.HOST,
                    Selector.TAG, Selector.HOST));

    private final PurgeDriver byDirectory = of(
            new Driver.Http("nginx", "PURGE", Map.of(), new Driver.DirectoryPurge("PURGE", "*"), "", null, null, null),
            Map.of(Selector.IGNORE_QUERY, Selector.DIRECTORY, Selector.PREFIX, Selector.DIRECTORY));

    private static PurgeDriver of(Driver driver, Map<Selector, Selector> wider) {
        return PurgeDriver.of(new Node("n1", URI.create("http://10.0.0.1:8080"), new Driver.Wider(driver, wider)));
    }

    @ParameterizedTest
    @CsvSource({
        "PREFIX, http://a.test/b/c, /b/*",
        "PREFIX, http://a.test/b/, /b/*",
        "PREFIX, http://a.test/b?c=/d/e, /*",
        "IGNORE_QUERY, https://a.test/b/c/d, /b/c/*",
        "URL, http://a.test/b/c, /b/c",
        "DIRECTORY, http://a.test/b/, /b/*"
    })
    void directory_of_what_a_refresh_names_is_purged(Selector selector, String object, String path) {
        assertThat(text(byDirectory, selector, object)).startsWith("PURGE " + path + " HTTP/1.1\r\nHost: a.test\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "PREFIX, http://a.test:8080/b/c, a.test:8080",
        "IGNORE_QUERY, https://a.test/b, a.test",
        "DIRECTORY, http://a.test/b/, a.test",
        "REGEX, http://a.test/.*, a.test",
        "TAG, a.test#news, a.test"
    })
    void host_of_what_a_refresh_names_is_purged(Selector selector, String object, String host) {
        assertThat(text(byHost, selector, object))
                .startsWith("PURGE /.freshet-host HTTP/1.1\r\nHost: " + host + "\r\n");
    }

    @Test
    void driver_is_as_that_of_the_wider_selector() {
        assertThat(byHost.needsRebound(Selector.TAG)).isFalse();
        assertThat(byHost.needsRebound(Selector.URL)).isTrue();
        assertThat(byDirectory.canBeTested(Selector.DIRECTORY)).isTrue();
        assertThat(byDirectory.canBeTested(Selector.PREFIX)).isFalse();
        assertThat(byHost.canBeTested(Selector.HOST)).isFalse();
        assertThat(byHost.purgedBy(Selector.TAG)).isEqualTo(Selector.HOST);
        assertThat(byHost.purgedBy(Selector.URL)).isEqualTo(Selector.URL);
        Purge tag = Purge.of(Selector.TAG, "a.test#news", false);
        PurgeAnswer answer = new PurgeAnswer(200, "OK", Map.of("freshet-node", "n1"));
        assertThat(byHost.outcome(tag, answer)).isEqualTo(PurgeOutcome.Gone.BANNED);
    }

    private static String text(PurgeDriver driver, Selector selector, String object) {
        return driver.request(Purge.of(selector, object, false)).text();
    }
}
