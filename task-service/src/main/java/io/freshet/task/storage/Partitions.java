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
 * The partitions of {@code task_object}: made ahead, dropped after the retention time. Each is named after its first day and the first
 * day after it. Instances take turns under an advisory lock; the second finds nothing left to do.
 */
@Component
class Partitions {

    private static final Logger log = LoggerFactory.getLogger(Partitions.class);
    private static final long LOCK = 0x46_72_65_73_68_65_74L; // "Freshet"
    private static final String PREFIX = "task_object_";
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final HistoryProperties history;
    private final Clock clock;

    Partitions(JdbcClient jdbc, TransactionTemplate transaction, HistoryProperties history, Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.history = history;
        this.clock = clock;
    }

    /** The days from {@code from} up to, but not including, {@code to}. */
    record Partition(LocalDate from, LocalDate to) {

        static Partition named(String table) {
            String[] days = table.substring(PREFIX.length()).split("_");
            return new Partition(LocalDate.parse(days[0], DAY), LocalDate.parse(days[1], DAY));
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

    /** Brings the partitions in line with today's date. */
    void maintain() {
        transaction.executeWithoutResult(_ -> {
            jdbc.sql("select pg_advisory_xact_lock(:lock)")
                    .param("lock", LOCK)
                    .query((_, _) -> true)
                    .list();
            // Who waits for a reader makes everybody wait behind it: give up early, and try again the next time.
            jdbc.sql("set local lock_timeout = '5s'").update();
            List<Partition> existing = existing();
            makeAhead(existing);
            dropOld(existing);
        });
    }

    List<Partition> existing() {
        return jdbc.sql("""
                        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                        where i.inhparent = 'task_object'::regclass and c.relname <> 'task_object_default'
                        order by c.relname
                        """).query(String.class).list().stream()
                .map(Partition::named)
                .toList();
    }

    private void makeAhead(List<Partition> existing) {
        HistoryProperties.Portion portion = history.partition();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate end = portion.startOf(today);
        for (int i = 0; i <= history.ahead(); i++) {
            end = portion.after(end);
        }
        LocalDate start =
                existing.isEmpty() ? portion.startOf(today) : existing.getLast().to();
        while (start.isBefore(end)) {
            LocalDate next = portion.after(start);
            make(new Partition(start, next));
            start = next;
        }
    }

    /** The new partition takes over what the default partition held of its days; a partition that would not be refused. */
    private void make(Partition partition) {
        String table = partition.table();
        jdbc.sql("lock table task_object_default in access exclusive mode").update();
        jdbc.sql("create table %s (like task_object including all) with (fillfactor = 70)".formatted(table))
                .update();
        jdbc.sql("""
                        with moved as (
                            delete from task_object_default where task_id >= :first and task_id < :after returning *
                        )
                        insert into %s (task_id, index, object, told, missing, nodes, failed, settled, description, described_at, bytes, era)
                        select task_id, index, object, told, missing, nodes, failed, settled, description, described_at, bytes, era from moved
                        """.formatted(table))
                .param("first", partition.firstId())
                .param("after", partition.idAfter())
                .update();
        jdbc.sql("alter table task_object attach partition %s for values from (%d) to (%d)"
                        .formatted(table, partition.firstId(), partition.idAfter()))
                .update();
        log.info("made partition {}", table);
    }

    private void dropOld(List<Partition> existing) {
        Instant oldest = clock.instant().minus(history.retention());
        for (Partition partition : existing) {
            if (!partition.to().atStartOfDay(ZoneOffset.UTC).toInstant().isAfter(oldest)) {
                jdbc.sql("drop table " + partition.table()).update();
                log.info("dropped partition {}", partition.table());
            }
        }
    }
}
