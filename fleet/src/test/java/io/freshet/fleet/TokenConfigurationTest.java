package io.freshet.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.freshet.contracts.QuotaKind;
import io.freshet.fleet.account.AccountToken;
import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.account.Domain;
import io.freshet.fleet.account.TokenGrant;
import io.freshet.fleet.account.TokenScope;
import io.freshet.fleet.validation.InvalidFleetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The tokens of an account in the fleet file. */
class TokenConfigurationTest {

    private static final String HASH = Accounts.hash("limited");

    @TempDir
    Path folder;

    @Test
    void token_written_as_its_hash_alone_has_all_rights_and_does_not_expire() throws IOException {
        TokenGrant grant = read("\"" + HASH + "\"").byToken("limited").orElseThrow();
        assertThat(grant.token()).isEqualTo(AccountToken.unlimited(HASH));
        assertThat(grant.token().name()).isEqualTo(HASH.substring(0, 15));
        assertThat(grant.account().scopes()).containsExactlyInAnyOrder(TokenScope.values());
        assertThat(grant.account().isLimitedToDomains()).isFalse();
    }

    @Test
    void token_with_limits_is_read_with_all_of_them() throws IOException {
        TokenGrant grant = read("{ hash: \"" + HASH + "\", name: ci, expires: 2027-01-31T01:00:00+01:00,"
                        + " scopes: [ read, refresh ], domains: [ www.example.com ] }")
                .byToken("limited")
                .orElseThrow();
        assertThat(grant.token().name()).isEqualTo("ci");
        assertThat(grant.token().expires()).isEqualTo(Instant.parse("2027-01-31T00:00:00Z"));
        assertThat(grant.account().scopes()).containsExactlyInAnyOrder(TokenScope.READ, TokenScope.REFRESH);
        assertThat(grant.account().domains()).containsExactly(new Domain("www.example.com"));
        assertThat(grant.account().domainOf("a.img.example.com")).isEmpty();
        assertThat(grant.account().isExcluded("a.img.example.com")).isTrue();
        assertThat(grant.account().isExcluded("*.img.example.com")).isTrue();
        assertThat(grant.account().isExcluded("foreign.example.com")).isFalse();
    }

    @Test
    void limit_to_domains_changes_no_quota_of_the_account() throws IOException {
        Accounts accounts = read("{ hash: \"" + HASH + "\", domains: [ www.example.com ] }");
        assertThat(accounts.byToken("limited").orElseThrow().account().quota(QuotaKind.EVERYTHING))
                .isEqualTo(accounts.byId("acme").orElseThrow().quota(QuotaKind.EVERYTHING))
                .isEqualTo(15);
    }

    @Test
    void wildcard_allows_the_accounts_domains_within_it_and_no_wider_ones() throws IOException {
        assertThat(domainsOf("*.img.example.com")).containsExactly("*.img.example.com", "a.img.example.com");
        assertThat(domainsOf("a.img.example.com")).containsExactly("a.img.example.com");
    }

    private List<String> domainsOf(String domain) throws IOException {
        return read("{ hash: \"" + HASH + "\", domains: [ \"" + domain + "\" ] }")
                .byToken("limited")
                .orElseThrow()
                .account()
                .domains()
                .stream()
                .map(Domain::name)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "expires: 2027-01-31 -> .expires -> such as 2027-01-31T00:00:00Z",
                "expires: \"2027-01-31T00:00:00\" -> .expires -> \"2027-01-31T00:00:00\" is not a date and time",
                "scopes: [ read, write ] -> .scopes -> \"write\" is not a scope; those are read, refresh, push, operate",
                "scopes: [ ] -> .scopes -> remove it to allow all scopes",
                "scopes: [ operate ] -> .scopes -> has operate, which has no effect",
                "domains: [ www.example.org ] -> .domains -> \"www.example.org\" is not one of the account's domains",
                "domains: [ b.img.example.com ] -> .domains -> is not one of the account's domains",
                "domains: [ ] -> .domains -> remove it to allow all domains",
                "name: \"a b\" -> .name -> \"a b\" is not a name",
            })
    void limit_that_cannot_work_is_refused_with_its_place_line_and_way_out(String limit, String place, String reason)
            throws IOException {
        assertThat(errors("{ hash: \"" + HASH + "\", " + limit + " }"))
                .singleElement()
                .asString()
                .startsWith("freshet.accounts[0].token-hashes[0]" + place)
                .contains("freshet.yml", "8:")
                .contains(reason);
    }

    @Test
    void name_of_another_token_of_the_account_is_refused() throws IOException {
        assertThat(errors(
                        "{ hash: \"" + HASH + "\", name: ci }, { hash: \"" + Accounts.hash("next") + "\", name: ci }"))
                .singleElement()
                .asString()
                .contains("token-hashes[1].name", "\"ci\" is the name of another token");
    }

    @Test
    void token_in_place_of_its_hash_is_refused_and_not_repeated() throws IOException {
        assertThat(errors("{ hash: s3cret-token, scopes: [ read ] }, s3cret-token"))
                .hasSize(2)
                .allSatisfy(error -> assertThat(error).doesNotContain("s3cret"));
    }

    @Test
    void misspelt_limit_stops_the_start() {
        assertThat(catchThrowable(() -> read("{ hash: \"" + HASH + "\", scope: [ read ] }")))
                .hasStackTraceContaining("token-hashes[0].scope")
                .hasStackTraceContaining("were left unbound");
    }

    private List<String> errors(String tokens) {
        Throwable failure = catchThrowable(() -> read(tokens));
        while (!(failure instanceof InvalidFleetException invalid)) {
            assertThat(failure).isNotNull();
            failure = failure.getCause();
        }
        return invalid.errors();
    }

    private Accounts read(String tokens) throws IOException {
        Path file = Files.writeString(folder.resolve("freshet.yml"), """
                freshet:
                  fleet:
                    drivers: { varnish: { type: varnish, token: t } }
                    tiers: [ { name: l1, nodes: [ { id: a, address: "http://a:80", driver: varnish } ] } ]
                  accounts:
                    - id: acme
                      domains: [ www.example.com, "*.img.example.com", a.img.example.com ]
                      token-hashes: [ %s ]
                """.formatted(tokens));
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(FleetAutoConfiguration.class)
                .web(WebApplicationType.NONE)
                .run("--spring.config.import=file:" + file, "--spring.main.banner-mode=off")) {
            return context.getBean(Accounts.class);
        }
    }
}
