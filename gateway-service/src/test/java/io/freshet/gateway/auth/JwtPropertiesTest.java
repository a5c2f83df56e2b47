package io.freshet.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.gateway.TestSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JwtPropertiesTest {

    private static JwtProperties with(Map<String, String> settings) {
        return TestSettings.with(JwtProperties.class, settings);
    }

    @Test
    void without_settings_there_is_no_issuer() {
        assertThat(with(Map.of())).isEqualTo(new JwtProperties(null, "", "freshet_account", "scope"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://sso.example.com,''",
        "sso.example.com,freshet",
        "ftp://sso.example.com,freshet",
        "https:///realm,freshet",
        "https://sso.example.com?a=b,freshet",
        "https://sso.example.com#a,freshet"
    })
    void issuer_without_audience_or_of_another_form_is_refused(String issuer, String audience) {
        assertThatThrownBy(() -> with(
                        Map.of("freshet.gateway.jwt.issuer-uri", issuer, "freshet.gateway.jwt.audience", audience)))
                .rootCause()
                .hasMessageContaining("issuer-uri (" + issuer + ")")
                .hasMessageContaining("audience (" + audience + ")");
    }

    @Test
    void blank_claim_is_refused() {
        assertThatThrownBy(() -> with(Map.of("freshet.gateway.jwt.scope-claim", "")))
                .rootCause()
                .hasMessageContaining("scope-claim ()");
    }
}
