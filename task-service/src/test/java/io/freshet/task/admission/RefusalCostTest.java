package io.freshet.task.admission;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedBatch;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RefusedRequest;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Refusals cost reads only: they write no row and wait for no lock. */
@ServiceTest
class RefusalCostTest {

    @Autowired
    Service service;

    @Autowired
    Admissions admissions;

    @Autowired
    DataSource database;

    final String account = "account-" + UUID.randomUUID();

    @Test
    void batch_over_the_quota_is_refused_while_another_transaction_holds_its_row() throws SQLException {
        service.admitted(Service.request(account, null, 10, TaskIds.next(), 10));
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select 1 from quota_use where account = '" + account + "' for update");
            List<AdmissionRequest> flood = IntStream.range(0, 100)
                    .mapToObj(i -> Service.request(account, i % 2 == 0 ? null : "key" + i, 10, TaskIds.next(), 1))
                    .toList();

            AdmittedBatch answer = service.admitBatch(flood);

            assertThat(answer.admissions()).isEmpty();
            assertThat(answer.refusals())
                    .hasSize(100)
                    .extracting(RefusedRequest::quota)
                    .allSatisfy(quota -> {
                        assertThat(requireNonNull(quota).remaining()).isZero();
                        assertThat(quota.requested()).isOne();
                    });
            assertThat(service.admit(flood.getFirst()).status()).isEqualTo(429);
            connection.rollback();
        }
    }

    @Test
    void request_beyond_the_rate_is_refused_while_another_transaction_holds_its_row() throws SQLException {
        AdmissionRequest granted = Service.within(Service.request(account, null, 10, TaskIds.next(), 1), 1);
        AdmissionRequest refused = Service.within(Service.request(account, null, 10, TaskIds.next(), 1), 1);
        service.admitted(granted);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select 1 from request_rate where account = '" + account + "' for update");

            assertThat(service.admit(refused).status())
                    .as("200 only if a new minute has begun")
                    .isIn(429, 200);
            connection.rollback();
        }
    }

    @Test
    void key_with_another_body_is_refused_by_the_batch() {
        AdmissionRequest first = Service.request(account, "key", 10, TaskIds.next(), 1);
        service.admitted(first);
        AdmissionRequest other = new AdmissionRequest(
                account,
                "key",
                "another-body",
                UUID.randomUUID(),
                first.kind(),
                first.selector(),
                10,
                first.acceptedAt(),
                first.tasks());

        assertThat(service.admitBatch(List.of(other)).refusals())
                .singleElement()
                .satisfies(
                        refusal -> assertThat(requireNonNull(refusal.conflict()).requestId())
                                .isEqualTo(first.requestId()));
    }

    @Test
    void repeated_key_is_not_refused_when_the_quota_is_exhausted_meanwhile() {
        AdmissionRequest first = Service.request(account, "key", 10, TaskIds.next(), 10);
        service.admitted(first);
        AdmissionRequest again = Service.request(account, "key", 10, TaskIds.next(), 10);

        assertThat(service.admitBatch(List.of(again)).refusals()).isEmpty();
        assertThat(service.admitted(again).requestId()).isEqualTo(first.requestId());
    }

    @Test
    void flood_of_refused_requests_writes_and_locks_no_row() {
        service.admitted(Service.request(account, null, 10, TaskIds.next(), 10));
        String before = rowVersion();
        for (int i = 0; i < 50; i++) {
            AdmissionRequest request = Service.request(account, "key" + i, 10, TaskIds.next(), 1);
            assertThat(service.admitBatch(List.of(request)).refusals()).hasSize(1);
            assertThat(admissions.admit(request))
                    .asInstanceOf(type(AdmissionDecision.QuotaRefusal.class))
                    .extracting(AdmissionDecision.QuotaRefusal::exceeded)
                    .extracting(QuotaExceeded::quota)
                    .isEqualTo(QuotaKind.URL);
        }
        assertThat(rowVersion()).isEqualTo(before);
    }

    /** Returns the version of the account's quota row; an update or a row lock changes it, also if rolled back. */
    private String rowVersion() {
        return JdbcClient.create(database)
                .sql("select ctid::text || ' ' || xmax::text from quota_use where account = :account")
                .param("account", account)
                .query(String.class)
                .single();
    }
}
