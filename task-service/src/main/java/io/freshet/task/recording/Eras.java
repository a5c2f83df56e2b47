package io.freshet.task.recording;

import io.freshet.contracts.message.Command;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Which era objects are of that are copied now. The index that finds objects by name is led by it, so that only the newest part of it is
 * written. Belongs into the caller's transaction, as does the row of an era: it is there if and only if objects of it may be.
 */
@Component
class Eras {

    /** So many entries of the index, some 15 MB, stay in the memory of the database; and the fewer eras, the faster is a search. */
    private static final int OBJECTS = 1 << 18;

    private final JdbcTemplate jdbc;
    private final int size;

    /** Each consumer has its own: the row is locked until the transaction ends. */
    private final ThreadLocal<@Nullable Era> present = new ThreadLocal<>();

    @Autowired
    Eras(JdbcTemplate jdbc) {
        this(jdbc, OBJECTS);
    }

    Eras(JdbcTemplate jdbc, int size) {
        this.jdbc = jdbc;
        this.size = size;
    }

    /** What was rolled back counts too: it is in the index until it is vacuumed. */
    private record Era(int number, long objects) {}

    /** The era for the objects of all these, of which there is at least one. */
    int of(List<Command> commands) {
        LongSummaryStatistics tasks =
                commands.stream().mapToLong(c -> c.taskId().value()).summaryStatistics();
        Era era = present.get();
        if (era == null || era.objects() >= size || !widen(era, tasks)) {
            era = begin(tasks);
        }
        long objects = commands.stream().mapToLong(c -> c.objects().size()).sum();
        present.set(new Era(era.number(), era.objects() + objects));
        return era.number();
    }

    /** False if there is no such era: its transaction was rolled back, or all of it has expired. */
    private boolean widen(Era era, LongSummaryStatistics tasks) {
        return jdbc.update(
                        "update object_era set first_task = least(first_task, ?), last_task = greatest(last_task, ?) where era = ?",
                        tasks.getMin(),
                        tasks.getMax(),
                        era.number())
                > 0;
    }

    private Era begin(LongSummaryStatistics tasks) {
        Integer number = jdbc.queryForObject(
                "insert into object_era (first_task, last_task) values (?, ?) returning era",
                Integer.class,
                tasks.getMin(),
                tasks.getMax());
        return new Era(Objects.requireNonNull(number), 0);
    }
}
