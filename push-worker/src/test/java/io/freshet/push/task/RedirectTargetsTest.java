package io.freshet.push.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.fleet.account.Domain;
import io.freshet.push.fetch.PublicUrl;
import io.freshet.push.task.RedirectTargets.RedirectTarget;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTargetsTest {

    private static final PublicUrl FROM = PublicUrl.parse("https://www.example.com/a/b?c");
    private static final RedirectTargets TARGETS =
            new RedirectTargets(List.of(new Domain("www.example.com"), new Domain("*.img.example.com")));

    @ParameterizedTest
    @CsvSource({
        "/new, https://www.example.com/new",
        "new?q=%2F#top, https://www.example.com/a/new?q=%2F",
        "//a.img.example.com, https://a.img.example.com/",
        "HTTP://WWW.example.com:80/x, http://www.example.com/x",
        "https://www.example.com:443/x, https://www.example.com/x",
    })
    void target_in_the_accounts_domains_is_followed_in_canonical_form(String location, String target) {
        assertThat(TARGETS.of(FROM, location)).isEqualTo(new RedirectTarget.Followed(PublicUrl.parse(target)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/",
                "https://www.example.com:8443/",
                "http://127.0.0.1/",
                "http://img.example.com/",
                "https://www.example.com@evil.example/",
                "https://user@www.example.com/",
                "file:///etc/passwd",
                "ftp://www.example.com/",
                "http://www.example.com\\@evil.example/",
                "https://",
                "https://[::1]/",
                "a b",
                ":",
            })
    void target_elsewhere_is_not_followed(String location) {
        assertThat(TARGETS.of(FROM, location)).isInstanceOf(RedirectTarget.Ignored.class);
    }

    @Test
    void without_domains_no_redirect_is_followed() {
        assertThat(new RedirectTargets(List.of()).of(FROM, "/new")).isNull();
        assertThat(TARGETS.of(FROM, null)).isNull();
    }
}
