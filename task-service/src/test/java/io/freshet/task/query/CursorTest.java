package io.freshet.task.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.task.web.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    @Test
    void a_cursor_says_where_its_listing_goes_on() {
        assertThat(Cursor.TASKS.read(Cursor.TASKS.after(912345678901234567L), 1))
                .isEqualTo(912345678901234567L);
        assertThat(Cursor.TASKS.read(null, 7)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "!!", "dA", "dDAx", "dC0x", "bzEy", "dDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"})
    void anything_else_is_refused(String cursor) {
        assertThatThrownBy(() -> Cursor.TASKS.read(cursor, 0)).isInstanceOf(InvalidRequestException.class);
    }
}
