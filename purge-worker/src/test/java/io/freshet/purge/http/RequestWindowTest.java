package io.freshet.purge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestWindowTest {

    private final RequestWindow window = new RequestWindow(8);

    @Test
    void window_is_worth_filling_once_a_quarter_of_its_requests_is_free() {
        window.add(List.of(request(1), request(1), request(1), request(1), request(1), request(1), request(1)));
        assertThat(window.freeRequests()).isEqualTo(1);
        assertThat(window.isWorthFilling()).isFalse();
        window.removeOldest();
        assertThat(window.freeRequests()).isEqualTo(2);
        assertThat(window.isWorthFilling()).isTrue();
    }

    @Test
    void window_is_worth_filling_once_a_quarter_of_its_bytes_is_free() {
        window.add(List.of(request(10_000), request(20_000)));
        assertThat(window.freeBytes()).isEqualTo(RequestWindow.MAX_BYTES - 30_000);
        assertThat(window.isWorthFilling()).isFalse();
        window.removeOldest();
        assertThat(window.freeBytes()).isEqualTo(RequestWindow.MAX_BYTES - 20_000);
        assertThat(window.isWorthFilling()).isTrue();
    }

    @Test
    void window_of_one_request_is_worth_filling_only_when_empty() {
        RequestWindow single = new RequestWindow(1);
        assertThat(single.isWorthFilling()).isTrue();
        single.add(List.of(request(1)));
        assertThat(single.isWorthFilling()).isFalse();
    }

    @Test
    void stalled_window_keeps_only_the_oldest_request() {
        window.add(List.of(text("a"), text("bc"), text("def")));
        window.keepOnlyOldest();
        assertThat(window.size()).isEqualTo(1);
        assertThat(window.freeBytes()).isEqualTo(RequestWindow.MAX_BYTES - 1);
        assertThat(window.encoded()).isEqualTo(text("a"));
    }

    @Test
    void requests_are_encoded_in_the_order_of_sending() {
        window.add(List.of(text("a"), text("bc")));
        window.add(List.of(text("def")));
        window.removeOldest();
        assertThat(window.encoded()).isEqualTo(text("bcdef"));
        assertThat(RequestWindow.encode(List.of(text("x"), text("y")))).isEqualTo(text("xy"));
        window.clear();
        assertThat(window.isEmpty()).isTrue();
        assertThat(window.freeBytes()).isEqualTo(RequestWindow.MAX_BYTES);
    }

    private static byte[] request(int length) {
        return new byte[length];
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
