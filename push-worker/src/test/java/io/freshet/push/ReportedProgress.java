package io.freshet.push;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Latest states of all objects, and latest totals of all tasks, from task-events. */
final class ReportedProgress implements AutoCloseable {

    private final Map<TaskId, Map<Integer, ObjectState>> objects = new ConcurrentHashMap<>();
    private final Map<TaskId, TaskTotals> totals = new ConcurrentHashMap<>();
    private final Map<TaskId, String> failures = new ConcurrentHashMap<>();
    private final Thread reader;
    private volatile boolean open = true;

    ReportedProgress(KafkaClients clients) {
        reader = Thread.ofPlatform().start(() -> read(clients));
    }

    private void read(KafkaClients clients) {
        try (Consumer<String, byte[]> consumer = clients.ungrouped()) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.TASK_EVENTS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (open) {
                consumer.poll(Duration.ofMillis(50))
                        .forEach(record -> take(ReceivedMessage.read(record, TaskEvent.class)));
            }
        }
    }

    private void take(TaskEvent event) {
        switch (event) {
            case ObjectsProgressed progressed -> {
                Map<Integer, ObjectState> states =
                        objects.computeIfAbsent(event.taskId(), _ -> new ConcurrentHashMap<>());
                progressed.objects().forEach(state -> states.put(state.index(), state));
                totals.put(event.taskId(), progressed.totals());
            }
            case TaskFailed failed -> failures.put(event.taskId(), failed.reason());
        }
    }

    /** In the order of the task. */
    List<ObjectState> objects(TaskId task) {
        return List.copyOf(new TreeMap<>(objects.getOrDefault(task, Map.of())).values());
    }

    boolean finished(TaskId task) {
        TaskTotals reported = totals.get(task);
        return reported != null
                && reported.complete() + reported.failed() == reported.objects()
                && objects(task).stream().noneMatch(state -> state.phase() == Phase.RUNNING)
                && objects(task).size() == reported.objects();
    }

    @Nullable
    TaskTotals totals(TaskId task) {
        return totals.get(task);
    }

    @Nullable
    String failure(TaskId task) {
        return failures.get(task);
    }

    @Override
    public void close() throws InterruptedException {
        open = false;
        reader.join();
    }
}
