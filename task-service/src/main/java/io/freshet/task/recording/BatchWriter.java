package io.freshet.task.recording;

import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeAction;
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
    private final NodeActionWriter orders;

    BatchWriter(TransactionTemplate transaction, CommandWriter commands, EventWriter events, NodeActionWriter orders) {
        this.transaction = transaction;
        this.commands = commands;
        this.events = events;
        this.orders = orders;
    }

    void write(List<Entry> entries) {
        List<LoggedCommand> logged = new ArrayList<>();
        List<TaskEvent> told = new ArrayList<>();
        List<NodeAction> given = new ArrayList<>();
        for (Entry entry : entries) {
            switch (entry.message()) {
                case Command command ->
                    LoggedCommand.of(command, entry.appendedAt()).forEach(logged::add);
                case TaskEvent event -> told.add(event);
                case NodeAction order -> given.add(order);
                case NodeEvent _ -> {} // read only so that one that is none becomes a dead letter
            }
        }
        transaction.executeWithoutResult(_ -> {
            commands.write(logged);
            events.write(told);
            orders.write(given);
        });
    }
}
