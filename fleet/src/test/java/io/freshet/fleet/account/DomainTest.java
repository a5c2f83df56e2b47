package io.freshet.fleet.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainTest {

    @ParameterizedTest
    @CsvSource({
        "www.example.com, www.example.com, true",
        "www.example.com, example.com, false",
        "www.example.com, www.example.com:8080, false",
        "www.example.com:8080, www.example.com:8080, true",
        "www.example.com:8080, www.example.com, false",
        "*.example.com, a.example.com, true",
        "*.example.com, a.b.example.com, true",
        "*.example.com, example.com, false",
        "*.example.com, .example.com, false",
        "*.example.com, badexample.com, false",
        "*.example.com, a.example.com:8080, false",
        "*.example.com:8080, a.example.com:8080, true",
    })
    void covers_its_own_hosts_and_ports_only(String domain, String authority, boolean covered) {
        assertThat(new Domain(domain).covers(authority)).isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource({
        "a.test, a.test, true",
        "a.test, b.test, false",
        "*.a.test, x.a.test, true",
        "*.a.test, a.test, false",
        "*.a.test, *.b.a.test, true",
        "*.a.test, *.ba.test, false",
        "*.a.test:81, x.a.test, false",
    })
    void overlap_is_a_host_that_belongs_to_both(String one, String other, boolean overlaps) {
        assertThat(new Domain(one).overlaps(new Domain(other))).isEqualTo(overlaps);
        assertThat(new Domain(other).overlaps(new Domain(one))).isEqualTo(overlaps);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*.",
                "A.test",
                "a.test.",
                "a..test",
                "http://a.test",
                "a.test/",
                "*.*.test",
                "a.*.test",
                "a.test:0",
                "a b",
                "-a.test"
            })
    void refuses_what_is_no_domain(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Domain(name)).withMessageContaining(name);
    }

    @Test
    void an_account_knows_an_object_by_its_most_exact_domain() {
        Account account = new Account(
                "acme",
                false,
                List.of(),
                List.of(new Domain("*.a.test"), new Domain("x.y.a.test"), new Domain("*.y.a.test")),
                Quotas.DEFAULT,
                3_000);
        assertThat(account.domainOf("x.y.a.test")).contains(new Domain("x.y.a.test"));
        assertThat(account.domainOf("z.y.a.test")).contains(new Domain("*.y.a.test"));
        assertThat(account.domainOf("z.a.test")).contains(new Domain("*.a.test"));
        assertThat(account.domainOf("a.test")).isEmpty();
    }
}
