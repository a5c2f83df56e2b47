package io.freshet.task.writer;

import io.freshet.contracts.message.AuditEntry;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.Inspection;
import io.freshet.contracts.message.NodeAction;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.PurgeRetry;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.task.admission.Charges;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes a batch in one transaction. */
@Component
public class BatchWriter {

    private final TransactionTemplate transaction;
    private final CommandWriter commands;
    private final EventWriter events;
    private final CancellationWriter cancellations;
    private final NodeActionWriter actions;
    private final Charges charges;

    BatchWriter(
            TransactionTemplate transaction,
            CommandWriter commands,
            EventWriter events,
            CancellationWriter cancellations,
            NodeActionWriter actions,
            Charges charges) {
        this.transaction = transaction;
        this.commands = commands;
        this.events = events;
        this.cancellations = cancellations;
        this.actions = actions;
        this.charges = charges;
    }

    public void write(List<MessageRecord> messages) {
        List<RecordedCommand> recorded = new ArrayList<>();
        List<TaskCancelled> cancelled = new ArrayList<>();
        List<TaskEvent> taskEvents = new ArrayList<>();
        List<NodeAction> nodeActions = new ArrayList<>();
        for (MessageRecord message : messages) {
            switch (message.message()) {
                case Command command ->
                    RecordedCommand.of(command, message.appendedAt()).forEach(recorded::add);
                case TaskCancelled cancellation -> cancelled.add(cancellation);
                case TaskEvent event -> taskEvents.add(event);
                case NodeAction action -> nodeActions.add(action);
                case NodeEvent _ -> {} // consumed only so that an unreadable one becomes a dead letter
                case PurgeRetry _ -> {} // for purge-worker only
                case Inspection _ -> {} // between gateway and purge-worker
                case AuditEntry _ -> {} // for gateways only
            }
        }
        transaction.executeWithoutResult(_ -> {
            Set<Long> refunded = new HashSet<>(commands.write(recorded));
            cancellations.write(cancelled);
            refunded.addAll(events.write(taskEvents));
            actions.write(nodeActions);
            charges.adjustUnsent(refunded); // last: admissions wait for its locks
        });
    }
}
