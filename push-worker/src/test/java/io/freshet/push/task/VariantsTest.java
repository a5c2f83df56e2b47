package io.freshet.push.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.PushCommand;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class VariantsTest {

    private static final Map<String, String> BROWSER = Map.of("Accept-Encoding", "gzip, deflate, br, zstd");
    private static final Map<String, String> PLAIN_HTTP = Map.of("Accept-Encoding", "gzip, deflate");

    @Test
    void without_headers_the_encodings_of_browsers_are_optional_variants() {
        Variants variants = of(Map.of());
        assertThat(variants.combinations()).containsExactly(BROWSER, PLAIN_HTTP, Map.of());
        assertThat(variants.required()).isEmpty();
        assertThat(variants.ofOneEncoding().combinations()).containsExactly(BROWSER);
    }

    @Test
    void every_combination_of_the_values_of_a_request_is_a_required_variant() {
        Variants variants = of(Map.of("accept-encoding", List.of("gzip", "br"), "X-Device", List.of("tv", "phone")));
        assertThat(variants.combinations())
                .containsExactly(
                        Map.of("Accept-Encoding", "gzip", "X-Device", "tv"),
                        Map.of("Accept-Encoding", "gzip", "X-Device", "phone"),
                        Map.of("Accept-Encoding", "br", "X-Device", "tv"),
                        Map.of("Accept-Encoding", "br", "X-Device", "phone"));
        assertThat(variants.required()).containsExactly("accept-encoding", "X-Device");
        assertThat(variants.ofOneEncoding()).isEqualTo(variants);
    }

    @Test
    void values_that_the_domain_declares_are_optional_unless_the_request_names_the_header() {
        Map<String, List<String>> declared = Map.of("Accept-Language", List.of("de", "en"));
        Variants variants = Variants.of(push(Map.of(), declared));
        assertThat(variants.required()).isEmpty();
        assertThat(variants.combinations()).hasSize(6);
        assertThat(variants.ofOneEncoding().combinations())
                .extracting(headers -> headers.get("Accept-Language"))
                .containsExactly("de", "en");
        assertThat(Variants.of(push(Map.of("accept-language", List.of("fr")), declared))
                        .ofOneEncoding())
                .extracting(Variants::combinations)
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(1);
    }

    @Test
    void variant_that_no_response_varies_by_is_known_from_another_one() {
        FetchedVariants fetched = new FetchedVariants(Set.of());
        assertThat(fetched.has(BROWSER)).isFalse();
        fetched.add(BROWSER, Set.of("origin"), "br", 1_000);
        assertThat(fetched.has(PLAIN_HTTP)).isTrue();
        assertThat(fetched.has(Map.of())).isTrue();
        assertThat(fetched.description()).isNull();
    }

    @Test
    void variants_that_responses_vary_by_are_told_apart() {
        FetchedVariants fetched = new FetchedVariants(Set.of());
        fetched.add(BROWSER, Set.of("accept-encoding"), "br", 12_345);
        assertThat(fetched.has(PLAIN_HTTP)).isFalse();
        fetched.add(PLAIN_HTTP, Set.of("accept-encoding"), "gzip", 2_000_000);
        fetched.add(Map.of(), Set.of("accept-encoding"), null, 7);
        assertThat(fetched.bytes()).isEqualTo(2_012_352);
        assertThat(fetched.description()).isEqualTo("br 12.3 kB, gzip 2.0 MB, not compressed 7 B");
    }

    @Test
    void required_variants_are_fetched_whatever_responses_say() {
        FetchedVariants fetched = new FetchedVariants(Set.of("X-Device"));
        fetched.add(Map.of("x-device", "tv"), Set.of(), null, 1);
        assertThat(fetched.has(Map.of("X-Device", "phone"))).isFalse();
        fetched.add(Map.of("X-Device", "phone"), Set.of(), null, 2);
        assertThat(fetched.description()).isEqualTo("tv 1 B, phone 2 B");
    }

    @Test
    void a_product_that_explodes_is_refused_before_it_is_made() {
        List<String> many = Collections.nCopies(50, "x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(Map.of("A", many, "B", many, "C", many, "D", many, "E", many, "F", many)))
                .withMessageContaining("more than 64");
    }

    @Test
    void header_that_would_break_a_request_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> of(Map.of("A b", List.of("x"))));
        assertThatIllegalArgumentException().isThrownBy(() -> of(Map.of("A", List.of("x\r\nB: y"))));
        assertThatIllegalArgumentException().isThrownBy(() -> of(Map.of("A", List.of())));
    }

    private static Variants of(Map<String, List<String>> headers) {
        return Variants.of(push(headers, Map.of()));
    }

    private static PushCommand push(Map<String, List<String>> headers, Map<String, List<String>> declared) {
        return new PushCommand(
                new TaskId(1),
                "acme",
                "www.example.com",
                List.of("https://www.example.com/"),
                "l2",
                headers,
                Instant.EPOCH,
                null,
                null,
                declared,
                null,
                List.of(),
                null,
                null,
                null);
    }
}
