package io.freshet.task.recording;

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

/** Writes what the objects of tasks are called. Belongs into the caller's transaction. */
@Component
class ObjectNames {

    private static final int BUFFER = 1 << 16;
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

    private final JdbcTemplate jdbc;
    private final Eras eras;

    ObjectNames(JdbcTemplate jdbc, Eras eras) {
        this.jdbc = jdbc;
        this.eras = eras;
    }

    /** For tasks that have no objects yet: by far the fastest way in, but it fails where an object is there. */
    void copy(List<Command> commands) {
        if (commands.isEmpty()) {
            return;
        }
        int era = eras.of(commands);
        jdbc.execute((ConnectionCallback<Boolean>) connection -> {
            PGConnection postgres = connection.unwrap(PGConnection.class);
            try (PGCopyOutputStream copy = new PGCopyOutputStream(
                            postgres,
                            "copy task_object (task_id, index, object, era) from stdin (format binary)",
                            BUFFER);
                    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(copy, BUFFER))) {
                write(commands, era, out);
            } catch (IOException e) {
                throw e.getCause() instanceof SQLException cause ? cause : new SQLException(e);
            }
            return true;
        });
    }

    private static void write(List<Command> commands, int era, DataOutputStream out) throws IOException {
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
                out.writeInt(era);
            }
        }
        out.writeShort(-1);
    }

    /** For tasks of whose objects events may have told before their names were known. With its name an object comes into its era. */
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
                insert into task_object as o (task_id, index, object, era)
                select named.*, ? from unnest(?::bigint[], ?::int[], ?::text[]) as named
                on conflict (task_id, index) do update set
                    object = excluded.object, era = case when o.object is null then excluded.era else o.era end
                """,
                eras.of(commands),
                tasks.toArray(Long[]::new),
                indexes.toArray(Integer[]::new),
                objects.toArray(String[]::new));
    }
}
