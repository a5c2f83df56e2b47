package io.freshet.task.admission;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.task.Postgres;
import io.freshet.task.TaskIds;
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
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class ChargesTest {

    private static final Instant MIDNIGHT_IN_SHANGHAI = Instant.parse("2026-11-22T16:00:00Z");

    @Test
    void a_quotas_day_begins_in_the_configured_time_zone() {
        DataSource database = Postgres.newDatabase();
        Flyway.configure().dataSource(database).load().migrate();
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
        Charges charges = new Charges(
                JdbcClient.create(database),
                new QuotaDayProperties(ZoneId.of("Asia/Shanghai")),
                Clock.fixed(MIDNIGHT_IN_SHANGHAI, ZoneOffset.UTC));
        assertThat(charge(transaction, charges, MIDNIGHT_IN_SHANGHAI.minusMillis(1)))
                .isEmpty();
        assertThat(charge(transaction, charges, MIDNIGHT_IN_SHANGHAI)).isEmpty();
        assertThat(charge(transaction, charges, MIDNIGHT_IN_SHANGHAI.plusSeconds(86_399)))
                .contains(new QuotaExceeded(QuotaKind.PUSH, 10, 10, 10, MIDNIGHT_IN_SHANGHAI.plusSeconds(86_400)));
        assertThat(charges.today("acme"))
                .contains(new QuotaUse(QuotaKind.PUSH, 10, MIDNIGHT_IN_SHANGHAI.plusSeconds(86_400)));
    }

    private static Optional<QuotaExceeded> charge(TransactionTemplate transaction, Charges charges, Instant at) {
        Charge charge = new Charge(TaskIds.next(), "acme", QuotaKind.PUSH, 10, at);
        return requireNonNull(transaction.execute(status -> {
            Optional<QuotaExceeded> exceeded = charges.chargeWithin(List.of(new LimitedCharge(charge, 10)));
            exceeded.ifPresent(_ -> status.setRollbackOnly());
            return exceeded;
        }));
    }
}
