package io.freshet.task.writer;

import io.freshet.contracts.message.Command;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Segment numbers of the index that finds objects by name: new objects go to the newest segment, so only that part of
 * the index is written. Its method runs in the caller's transaction, so a segment has a row if and only if it may have
 * objects.
 */
@Component
class IndexSegments {

    /** Objects of a segment, about 15 MB of index: small enough for memory, and a search queries every segment. */
    private static final int OBJECTS = 1 << 18;

    private final JdbcTemplate jdbc;
    private final int size;

    /** The newest segment of each consumer: its row is locked until the transaction ends. */
    private final ThreadLocal<@Nullable Segment> current = new ThreadLocal<>();

    @Autowired
    IndexSegments(JdbcTemplate jdbc) {
        this(jdbc, OBJECTS);
    }

    IndexSegments(JdbcTemplate jdbc, int size) {
        this.jdbc = jdbc;
        this.size = size;
    }

    /** A segment and its objects, those of aborted transactions included: they stay in the index until vacuum. */
    private record Segment(int number, long objects) {}

    /** Returns the segment for the objects of these commands, of which there is at least one. */
    int of(List<Command> commands) {
        LongSummaryStatistics tasks =
                commands.stream().mapToLong(c -> c.taskId().value()).summaryStatistics();
        Segment segment = current.get();
        if (segment == null || segment.objects() >= size || !widen(segment, tasks)) {
            segment = begin(tasks);
        }
        long objects = commands.stream().mapToLong(c -> c.objects().size()).sum();
        current.set(new Segment(segment.number(), segment.objects() + objects));
        return segment.number();
    }

    /** Returns false if the segment has no row: its transaction was aborted, or retention has removed it. */
    private boolean widen(Segment segment, LongSummaryStatistics tasks) {
        return jdbc.update("""
                        update index_segment set first_task = least(first_task, ?), last_task = greatest(last_task, ?)
                        where segment = ?
                        """, tasks.getMin(), tasks.getMax(), segment.number()) > 0;
    }

    private Segment begin(LongSummaryStatistics tasks) {
        Integer number = jdbc.queryForObject(
                "insert into index_segment (first_task, last_task) values (?, ?) returning segment",
                Integer.class,
                tasks.getMin(),
                tasks.getMax());
        return new Segment(Objects.requireNonNull(number), 0);
    }
}
