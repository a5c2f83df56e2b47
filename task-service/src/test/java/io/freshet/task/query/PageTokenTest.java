package io.freshet.task.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.task.web.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTokenTest {

    @Test
    void a_page_token_holds_the_last_entry_of_its_listing() {
        assertThat(PageToken.TASKS.read(PageToken.TASKS.after(912345678901234567L), 1))
                .isEqualTo(912345678901234567L);
        assertThat(PageToken.TASKS.read(null, 7)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "!!", "dA", "dDAx", "dC0x", "bzEy", "dDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"})
    void a_token_of_another_listing_or_none_is_refused(String pageToken) {
        assertThatThrownBy(() -> PageToken.TASKS.read(pageToken, 0)).isInstanceOf(InvalidRequestException.class);
    }
}
