package io.freshet.task.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.task.Ids;
import io.freshet.task.Postgres;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ChargesTest {

    private static final Instant MIDNIGHT_IN_SHANGHAI = Instant.parse("2026-11-22T16:00:00Z");

    @Test
    void a_day_begins_where_the_zone_says() {
        DataSource database = Postgres.newDatabase();
        Flyway.configure().dataSource(database).load().migrate();
        Charges charges = new Charges(
                JdbcClient.create(database),
                new QuotaProperties(ZoneId.of("Asia/Shanghai")),
                Clock.fixed(MIDNIGHT_IN_SHANGHAI, ZoneOffset.UTC));
        assertThat(charge(charges, MIDNIGHT_IN_SHANGHAI.minusMillis(1))).isEmpty();
        assertThat(charge(charges, MIDNIGHT_IN_SHANGHAI)).isEmpty();
        assertThat(charge(charges, MIDNIGHT_IN_SHANGHAI.plusSeconds(86_399)))
                .contains(new QuotaExceeded(QuotaKind.PUSH, 10, 10, 10, MIDNIGHT_IN_SHANGHAI.plusSeconds(86_400)));
        assertThat(charges.today("acme"))
                .contains(new QuotaUse(QuotaKind.PUSH, 10, MIDNIGHT_IN_SHANGHAI.plusSeconds(86_400)));
    }

    private static Optional<QuotaExceeded> charge(Charges charges, Instant at) {
        Charge charge = new Charge(Ids.next(), "acme", QuotaKind.PUSH, 10, at);
        return charges.chargeWithin(10, "acme", QuotaKind.PUSH, at, List.of(charge));
    }
}
