package io.freshet.task.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.QuotaLeft;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.task.Postgres;
import io.freshet.task.TaskIdTakenException;
import io.freshet.task.TaskIds;
import io.freshet.task.storage.ConnectionPools;
import io.freshet.task.storage.DatabaseProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The two ways of admission, on random requests: one database admits in batches and the rest alone, as the gateway
 * does; another admits every request alone. Answers and rows must be the same.
 */
class AdmissionPathsTest {

    private static final int BATCHES = 120;
    private static final int SEEDS = 4;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final List<String> TABLES =
            List.of("task", "charge", "quota_use", "idempotency_key", "request_rate", "task_object");

    /** Kinds of answers, all of which a test must see. */
    private enum Kind {
        GRANT_BY_BATCH,
        GRANT_ALONE,
        REPETITION,
        KEY_CONFLICT,
        QUOTA_REFUSAL,
        RATE_REFUSAL,
        ID_TAKEN
    }

    private record Account(
            String name, int quota, int pushes, @Nullable Integer perMinute) {}

    private static final List<Account> ACCOUNTS = List.of(
            new Account("generous", 1_000_000, 1_000_000, null),
            new Account("small", 60, 30, null),
            new Account("slow", 1_000_000, 1_000_000, 4),
            new Account("small-and-slow", 40, 40, 3));

    private final StandingClock clock = new StandingClock();
    private final List<AdmissionRequest> past = new ArrayList<>();
    private final Map<Kind, Integer> seen = new EnumMap<>(Kind.class);

    static LongStream seeds() {
        String only = System.getProperty("freshet.seed");
        return only == null ? new Random().longs(SEEDS) : LongStream.of(Long.parseLong(only));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void batches_and_single_admissions_give_the_same_answers_and_the_same_rows(long seed) {
        Random random = new Random(seed);
        try (Store batches = new Store(clock);
                Store singles = new Store(clock)) {
            for (int i = 0; i < BATCHES; i++) {
                admit(batches, singles, batch(random), "seed " + seed + ", batch " + i);
                clock.advance(pause(random));
            }
        }
        assertThat(seen).as("seed " + seed).containsOnlyKeys(Kind.values());
    }

    private void admit(Store batches, Store singles, List<AdmissionRequest> requests, String at) {
        Map<UUID, AdmissionDecision> decided = batches.admissions.decideBatch(requests);
        Map<UUID, Admission> admitted = decided.entrySet().stream()
                .filter(decision -> decision.getValue() instanceof AdmissionDecision.Grant)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, decision -> ((AdmissionDecision.Grant) decision.getValue()).admission()));
        List<AdmissionRequest> together = requests.stream()
                .filter(request -> admitted.containsKey(request.requestId()))
                .toList();
        List<Object> answers = together.stream().map(singles::admit).toList();
        for (int i = 0; i < together.size(); i++) {
            AdmissionRequest request = together.get(i);
            // A batch tells what is left after all of it.
            assertThat(answers.get(i)).as(at).isInstanceOf(AdmissionDecision.Grant.class);
            Admission alone = ((AdmissionDecision.Grant) answers.get(i)).admission();
            assertThat(Objects.requireNonNull(admitted.get(request.requestId())))
                    .as(at)
                    .isEqualTo(alone.with(singles.left(request)));
            count(Kind.GRANT_BY_BATCH);
        }
        for (AdmissionRequest request : requests) {
            AdmissionDecision refusal = decided.get(request.requestId());
            if (refusal != null && !admitted.containsKey(request.requestId())) {
                assertThat(refusal).as(at).isEqualTo(singles.admit(request));
                count(kind(request, refusal));
            }
        }
        for (AdmissionRequest request : requests) {
            if (!decided.containsKey(request.requestId())) {
                Object answer = batches.admit(request);
                assertThat(answer).as(at).isEqualTo(singles.admit(request));
                count(kind(request, answer));
            }
        }
        for (String table : TABLES) {
            assertThat(batches.rows(table)).as("%s, table %s", at, table).isEqualTo(singles.rows(table));
        }
        past.addAll(requests);
    }

    private void count(Kind kind) {
        seen.merge(kind, 1, Integer::sum);
    }

    private static Kind kind(AdmissionRequest request, Object answer) {
        return switch (answer) {
            case AdmissionDecision.Grant(var admission) ->
                admission.requestId().equals(request.requestId()) ? Kind.GRANT_ALONE : Kind.REPETITION;
            case AdmissionDecision.KeyConflict _ -> Kind.KEY_CONFLICT;
            case AdmissionDecision.QuotaRefusal _ -> Kind.QUOTA_REFUSAL;
            case AdmissionDecision.RateRefusal _ -> Kind.RATE_REFUSAL;
            default -> Kind.ID_TAKEN;
        };
    }

    private List<AdmissionRequest> batch(Random random) {
        return IntStream.rangeClosed(0, random.nextInt(8))
                .mapToObj(_ -> request(random))
                .toList();
    }

    private AdmissionRequest request(Random random) {
        if (!past.isEmpty() && random.nextInt(8) == 0) {
            AdmissionRequest again = past.get(random.nextInt(past.size()));
            return random.nextBoolean() ? newRequest(random, again.tasks()) : sentAgain(again, random);
        }
        List<TaskToAdmit> tasks = Stream.generate(() -> new TaskToAdmit(
                        TaskIds.next(), "d" + random.nextInt(3) + ".example.com", 1 + random.nextInt(9)))
                .limit(1 + random.nextInt(3))
                .toList();
        return newRequest(random, tasks);
    }

    /** The same key and body under a new request id. */
    private AdmissionRequest sentAgain(AdmissionRequest first, Random random) {
        return new AdmissionRequest(
                first.account(),
                first.idempotencyKey(),
                first.bodyHash(),
                new UUID(random.nextLong(), random.nextLong()),
                first.kind(),
                first.selector(),
                first.quotaLimit(),
                clock.instant(),
                first.tasks(),
                first.pushLimit(),
                first.requestsPerMinute());
    }

    private AdmissionRequest newRequest(Random random, List<TaskToAdmit> tasks) {
        Account account = ACCOUNTS.get(random.nextInt(ACCOUNTS.size()));
        boolean push = random.nextInt(6) == 0;
        Selector selector = random.nextInt(4) == 0 ? Selector.DIRECTORY : Selector.URL;
        boolean follows = !push && random.nextInt(8) == 0;
        return new AdmissionRequest(
                account.name(),
                random.nextInt(3) == 0 ? "key-" + random.nextInt(20) : null,
                "hash-" + random.nextInt(2),
                new UUID(random.nextLong(), random.nextLong()),
                push ? TaskKind.PUSH : TaskKind.REFRESH,
                selector,
                push ? account.pushes() : account.quota(),
                clock.instant(),
                follows
                        ? tasks.stream()
                                .map(task -> thenPush(task, random.nextInt(10)))
                                .toList()
                        : tasks,
                follows ? account.pushes() : null,
                account.perMinute());
    }

    /** Half of the pushes have as many objects as the refresh. */
    private static TaskToAdmit thenPush(TaskToAdmit task, int random) {
        int pushes = Math.max(0, random - 4);
        return new TaskToAdmit(task.taskId(), task.domain(), task.objectCount(), TaskIds.next(), pushes);
    }

    /** Mostly seconds, so that requests share minutes; sometimes as long as quotas and keys live. */
    private static Duration pause(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> Duration.ofHours(25);
            case 1 -> Duration.ofHours(5);
            default -> Duration.ofSeconds(random.nextInt(20)).plusNanos(random.nextInt(1_000_000_000));
        };
    }

    /** A clock that stands still until a test advances it, so that both databases see the same time. */
    private static final class StandingClock extends Clock {

        private Instant now = Instant.parse("2026-11-28T10:00:00.123456789Z");

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    /** A database with all that admission needs. */
    private static final class Store implements AutoCloseable {

        private final HikariDataSource database = new HikariDataSource();
        private final ConnectionPools pools;
        private final JdbcClient jdbc;
        private final Charges charges;
        private final Admissions admissions;

        Store(Clock clock) {
            database.setJdbcUrl(Postgres.newUrl());
            database.setUsername("postgres");
            database.setPassword("postgres");
            database.setMaximumPoolSize(2);
            Flyway.configure().dataSource(database).load().migrate();
            jdbc = JdbcClient.create(database);
            DatabaseProperties properties = new DatabaseProperties(
                    2, 1, Duration.ofSeconds(30), 1, 1, Duration.ofSeconds(30), Duration.ofSeconds(20), SECOND);
            pools = new ConnectionPools(database, properties, new SimpleMeterRegistry());
            QuotaDayProperties quotas = new QuotaDayProperties(ZoneOffset.UTC);
            IdempotencyProperties keys = new IdempotencyProperties(Duration.ofHours(24));
            RequestRates rates = new RequestRates(pools, clock);
            charges = new Charges(jdbc, quotas, clock);
            admissions = new Admissions(
                    new BatchAdmissions(pools, quotas, keys, rates, clock),
                    new AdmissionPrecheck(pools, quotas, charges, rates, clock),
                    pools,
                    properties,
                    new IdempotencyKeys(pools, keys, clock),
                    new AdmittedTasks(pools, clock),
                    rates,
                    charges);
        }

        /** Returns the decision, or a text if an id belongs to another task or a refresh has another push already. */
        Object admit(AdmissionRequest request) {
            try {
                return admissions.admit(request);
            } catch (TaskIdTakenException e) {
                return "an id is taken";
            } catch (DuplicateKeyException e) {
                return "the refresh has another push";
            }
        }

        QuotaLeft left(AdmissionRequest request) {
            return charges.left(request);
        }

        List<String> rows(String table) {
            return jdbc.sql("select r::text from %s r order by 1".formatted(table))
                    .query(String.class)
                    .list();
        }

        @Override
        public void close() {
            pools.close();
            database.close();
        }
    }
}
