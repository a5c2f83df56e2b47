package io.freshet.task.recording;

import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeOrder;
import io.freshet.contracts.message.TaskEvent;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes a batch in one transaction. */
@Component
class BatchWriter {

    private final TransactionTemplate transaction;
    private final CommandWriter commands;
    private final EventWriter events;

    BatchWriter(TransactionTemplate transaction, CommandWriter commands, EventWriter events) {
        this.transaction = transaction;
        this.commands = commands;
        this.events = events;
    }

    void write(List<Entry> entries) {
        List<LoggedCommand> logged = new ArrayList<>();
        List<TaskEvent> told = new ArrayList<>();
        for (Entry entry : entries) {
            switch (entry.message()) {
                case Command command ->
                    LoggedCommand.of(command, entry.appendedAt()).forEach(logged::add);
                case TaskEvent event -> told.add(event);
                case NodeEvent _, NodeOrder _ ->
                    throw new IllegalArgumentException(entry.message().key() + " does not belong on "
                            + entry.source().topic());
            }
        }
        transaction.executeWithoutResult(_ -> {
            commands.write(logged);
            events.write(told);
        });
    }
}
