package io.freshet.task.storage;

import io.freshet.contracts.TaskId;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The partitions of {@code task_object}, created in advance and dropped after the retention. Each is named after its
 * first day and the first day after it. An advisory lock keeps instances of the service apart.
 */
@Component
class ObjectPartitions {

    private static final Logger log = LoggerFactory.getLogger(ObjectPartitions.class);
    private static final long LOCK = 0x46_72_65_73_68_65_74L; // "Freshet"
    private static final String PREFIX = "task_object_";
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final HistoryProperties history;
    private final Clock clock;

    ObjectPartitions(JdbcClient jdbc, TransactionTemplate transaction, HistoryProperties history, Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.history = history;
        this.clock = clock;
    }

    /** The days of a partition, from {@code from} up to, but not including, {@code to}. */
    record PartitionDays(LocalDate from, LocalDate to) {

        static PartitionDays named(String table) {
            String[] days = table.substring(PREFIX.length()).split("_");
            return new PartitionDays(LocalDate.parse(days[0], DAY), LocalDate.parse(days[1], DAY));
        }

        String table() {
            return PREFIX + DAY.format(from) + '_' + DAY.format(to);
        }

        long firstId() {
            return idAt(from);
        }

        long idAfter() {
            return idAt(to);
        }

        private static long idAt(LocalDate day) {
            return TaskId.floor(day.atStartOfDay(ZoneOffset.UTC).toInstant()).value();
        }
    }

    /** Creates and drops partitions as today's date demands. */
    void maintain() {
        transaction.executeWithoutResult(_ -> {
            jdbc.sql("select pg_advisory_xact_lock(:lock)")
                    .param("lock", LOCK)
                    .query((_, _) -> true)
                    .list();
            // A lock request that waits for a reader blocks all later ones: give up early, and retry with the next run.
            jdbc.sql("set local lock_timeout = '5s'").update();
            List<PartitionDays> existing = existing();
            createAhead(existing);
            dropOld(existing);
        });
    }

    List<PartitionDays> existing() {
        return jdbc.sql("""
                        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                        where i.inhparent = 'task_object'::regclass and c.relname <> 'task_object_default'
                        order by c.relname
                        """).query(String.class).list().stream()
                .map(PartitionDays::named)
                .toList();
    }

    private void createAhead(List<PartitionDays> existing) {
        HistoryProperties.PartitionPeriod period = history.partitionPeriod();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate end = period.startOf(today);
        for (int i = 0; i <= history.partitionsAhead(); i++) {
            end = period.after(end);
        }
        LocalDate start =
                existing.isEmpty() ? period.startOf(today) : existing.getLast().to();
        while (start.isBefore(end)) {
            LocalDate next = period.after(start);
            create(new PartitionDays(start, next));
            start = next;
        }
    }

    /**
     * Creates the partition and moves the rows of its days out of the default partition, or Postgres would refuse it.
     */
    private void create(PartitionDays partition) {
        String table = partition.table();
        jdbc.sql("lock table task_object_default in access exclusive mode").update();
        jdbc.sql("create table %s (like task_object including all) with (fillfactor = 70)".formatted(table))
                .update();
        jdbc.sql("""
                        with moved as (
                            delete from task_object_default where task_id >= :first and task_id < :after returning *
                        )
                        insert into %s (task_id, index, object, reported, missing, nodes, failed, settled,
                            description, described_at, bytes, segment)
                        select task_id, index, object, reported, missing, nodes, failed, settled,
                            description, described_at, bytes, segment
                        from moved
                        """.formatted(table))
                .param("first", partition.firstId())
                .param("after", partition.idAfter())
                .update();
        jdbc.sql("alter table task_object attach partition %s for values from (%d) to (%d)"
                        .formatted(table, partition.firstId(), partition.idAfter()))
                .update();
        log.info("Created partition {}", table);
    }

    private void dropOld(List<PartitionDays> existing) {
        Instant oldest = clock.instant().minus(history.retention());
        for (PartitionDays partition : existing) {
            if (!partition.to().atStartOfDay(ZoneOffset.UTC).toInstant().isAfter(oldest)) {
                jdbc.sql("drop table " + partition.table()).update();
                log.info("Dropped partition {}", partition.table());
            }
        }
    }
}
