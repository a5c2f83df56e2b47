package io.freshet.purge.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** nginx tells no age of a copy, so a second look decides, after another purge. */
class UndatedCopyTest {

    private static final Purge PAGE = Purge.of(Selector.URL, "http://a.test/p", false);

    private final PurgeVerifier verifier = verifier();

    private static PurgeVerifier verifier() {
        Driver.LookRequest look = new Driver.LookRequest("GET", Map.of("Freshet-Look", "1"), 500, "", false);
        Driver settings = new Driver.Http("nginx", "PURGE", Map.of(), null, "", null, null, look);
        Node node = new Node("l1-a", URI.create("http://10.0.0.1:80"), settings);
        return new PurgeVerifier(node, PurgeDriver.of(node), new VerificationProperties(20, true));
    }

    private @Nullable LookFailure look(int status, String date, @Nullable SeenCopy before) {
        PurgeAnswer answer = new PurgeAnswer(status, "", Map.of("freshet-date", date));
        return verifier.failure(answer, PAGE, Duration.ZERO, before);
    }

    private static SeenCopy longAgo(@Nullable LookFailure failure) {
        assertThat(failure).isNotNull();
        SeenCopy seen = failure.seen();
        assertThat(seen).isNotNull();
        return new SeenCopy(seen.copy(), seen.at() - Duration.ofSeconds(2).toNanos());
    }

    @Test
    void a_page_that_is_gone_is_verified() {
        assertThat(look(500, "", null)).isNull();
    }

    @Test
    void the_first_copy_that_a_look_finds_decides_nothing() {
        assertThat(look(304, "Mon", null)).isNotNull().matches(failure -> !failure.isOldCopy());
    }

    @Test
    void a_copy_that_another_purge_has_replaced_is_verified() {
        assertThat(look(304, "Tue", longAgo(look(304, "Mon", null)))).isNull();
    }

    @Test
    void a_copy_that_is_the_same_after_another_purge_is_old() {
        assertThat(look(304, "Mon", longAgo(look(304, "Mon", null))))
                .isNotNull()
                .matches(LookFailure::isOldCopy)
                .extracting(LookFailure::reason)
                .asString()
                .contains("still serves");
    }

    @Test
    void a_copy_with_the_same_date_within_a_second_may_be_another_one() {
        LookFailure first = look(304, "Mon", null);

        LookFailure second = look(304, "Mon", first == null ? null : first.seen());

        assertThat(second).isNotNull().matches(failure -> !failure.isOldCopy());
        assertThat(second.seen()).as("the first look counts").isEqualTo(first == null ? null : first.seen());
    }

    @Test
    void a_server_that_takes_no_test_objects_is_trusted_with_them() throws Exception {
        PurgeAnswer probe = new PurgeAnswer(404, "", Map.of());

        assertThat(verifier.failure(probe, false, request -> {
                    throw new AssertionError("no test object is sent");
                }))
                .isNull();
        assertThat(verifier.canLook()).isTrue();
    }
}
