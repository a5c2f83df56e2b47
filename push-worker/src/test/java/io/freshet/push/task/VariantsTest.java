package io.freshet.push.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariantsTest {

    @Test
    void without_headers_there_is_one_variant() {
        assertThat(Variants.of(Map.of())).containsExactly(Map.of());
    }

    @Test
    void every_combination_of_values_is_a_variant() {
        assertThat(Variants.of(Map.of("Accept-Encoding", List.of("gzip", "br"), "X-Device", List.of("tv", "phone"))))
                .containsExactly(
                        Map.of("Accept-Encoding", "gzip", "X-Device", "tv"),
                        Map.of("Accept-Encoding", "gzip", "X-Device", "phone"),
                        Map.of("Accept-Encoding", "br", "X-Device", "tv"),
                        Map.of("Accept-Encoding", "br", "X-Device", "phone"));
    }

    @Test
    void a_product_that_explodes_is_refused_before_it_is_made() {
        List<String> many = Collections.nCopies(50, "x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Variants.of(Map.of("A", many, "B", many, "C", many, "D", many, "E", many, "F", many)))
                .withMessageContaining("more than 64");
    }

    @Test
    void header_that_would_break_a_request_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Variants.of(Map.of("A b", List.of("x"))));
        assertThatIllegalArgumentException().isThrownBy(() -> Variants.of(Map.of("A", List.of("x\r\nB: y"))));
        assertThatIllegalArgumentException().isThrownBy(() -> Variants.of(Map.of("A", List.of())));
    }
}
