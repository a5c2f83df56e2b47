package io.freshet.task.writer;

import io.freshet.contracts.message.Command;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Writes the names of tasks' objects. Every method runs in the caller's transaction. */
@Component
class ObjectNameWriter {

    private static final int BUFFER = 1 << 16;
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

    private final JdbcTemplate jdbc;
    private final IndexSegments segments;

    ObjectNameWriter(JdbcTemplate jdbc, IndexSegments segments) {
        this.jdbc = jdbc;
        this.segments = segments;
    }

    /** Writes the objects of tasks that have none yet, by COPY, which is fastest but fails if an object exists. */
    void copy(List<Command> commands) {
        if (commands.isEmpty()) {
            return;
        }
        int segment = segments.of(commands);
        jdbc.execute((ConnectionCallback<Boolean>) connection -> {
            PGConnection postgres = connection.unwrap(PGConnection.class);
            try (PGCopyOutputStream copy = new PGCopyOutputStream(
                            postgres,
                            "copy task_object (task_id, index, object, segment) from stdin (format binary)",
                            BUFFER);
                    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(copy, BUFFER))) {
                write(commands, segment, out);
            } catch (IOException e) {
                throw e.getCause() instanceof SQLException cause ? cause : new SQLException(e);
            }
            return true;
        });
    }

    private static void write(List<Command> commands, int segment, DataOutputStream out) throws IOException {
        out.write(SIGNATURE);
        out.writeInt(0); // no flags
        out.writeInt(0); // no extension
        for (Command command : commands) {
            for (int index = 0; index < command.objects().size(); index++) {
                out.writeShort(4);
                out.writeInt(Long.BYTES);
                out.writeLong(command.taskId().value());
                out.writeInt(Integer.BYTES);
                out.writeInt(index);
                byte[] object = command.objects().get(index).getBytes(StandardCharsets.UTF_8);
                out.writeInt(object.length);
                out.write(object);
                out.writeInt(Integer.BYTES);
                out.writeInt(segment);
            }
        }
        out.writeShort(-1);
    }

    /** Writes the names of objects that events may have named by index before; a named object joins the segment. */
    void upsert(List<Command> commands) {
        List<Long> tasks = new ArrayList<>();
        List<Integer> indexes = new ArrayList<>();
        List<String> objects = new ArrayList<>();
        for (Command command : commands) {
            IntStream.range(0, command.objects().size()).forEach(index -> {
                tasks.add(command.taskId().value());
                indexes.add(index);
                objects.add(command.objects().get(index));
            });
        }
        jdbc.update(
                """
                insert into task_object as o (task_id, index, object, segment)
                select named.*, ? from unnest(?::bigint[], ?::int[], ?::text[]) as named
                on conflict (task_id, index) do update set
                    object = excluded.object,
                    segment = case when o.object is null then excluded.segment else o.segment end
                """,
                segments.of(commands),
                tasks.toArray(Long[]::new),
                indexes.toArray(Integer[]::new),
                objects.toArray(String[]::new));
    }
}
