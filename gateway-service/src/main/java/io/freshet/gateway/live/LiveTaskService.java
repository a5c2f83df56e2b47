package io.freshet.gateway.live;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ChildTaskId;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskView;
import io.freshet.gateway.accept.RequestAccepted;
import io.freshet.gateway.client.TaskServiceClient;
import io.freshet.gateway.limit.SharedLimit;
import io.freshet.gateway.memory.RequestMemory;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Source of all open streams, fed by readers of task events and cancellations. Events that no stream shows are not
 * decoded.
 */
@Component
public class LiveTaskService implements SmartLifecycle, TopicReader.Listener {

    private static final Logger log = LoggerFactory.getLogger(LiveTaskService.class);
    private static final Map<String, String> NEWEST_PAGE = Map.of("limit", "100");
    /** Delay before a refresh from the task store, so that it serves all events until then. */
    private static final Duration REFRESH_DELAY = Duration.ofSeconds(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    /** Pause between polls while no stream is open. */
    private static final Duration IDLE_PAUSE = Duration.ofSeconds(1);

    private final TaskServiceClient taskService;
    private final LiveProperties settings;
    private final List<TopicReader> readers;
    private final Map<StreamKey, TaskFeed> feeds = new ConcurrentHashMap<>();
    private final SharedLimit open;

    LiveTaskService(
            TaskServiceClient taskService, KafkaClients clients, LiveProperties settings, MeterRegistry meters) {
        this.taskService = taskService;
        this.settings = settings;
        this.open = new SharedLimit(settings.maxStreams(), settings.maxStreamsPerAccount());
        this.readers = Stream.of(Topics.TASK_EVENTS, Topics.TASK_CANCELLATIONS)
                .map(topic -> new TopicReader(clients, topic, TopicReader.From.END, this))
                .toList();
        Gauge.builder("freshet.event.streams", open, SharedLimit::used)
                .description("Open streams of task events")
                .register(meters);
    }

    /**
     * Shows new tasks to streams of their account. Runs before the client gets its answer, so no stream misses the
     * pending state.
     */
    @EventListener
    void requestAccepted(RequestAccepted accepted) {
        TaskFeed feed = feeds.get(new StreamKey(accepted.account(), null));
        if (feed != null) {
            feed.merge(accepted);
        }
    }

    /** Returns a stream that subscribes first and then takes a snapshot, so that no event between them is lost. */
    Flux<ServerSentEvent<TaskState>> stream(StreamKey key) {
        return Flux.deferContextual(context -> {
            RequestMemory.of(context).becomeStream();
            return Flux.using(() -> join(key), stream -> follow(key, stream), stream -> leave(key, stream));
        });
    }

    private LiveStream join(StreamKey key) {
        switch (open.tryAcquire(key.account(), 1)) {
            case GRANTED -> {}
            case SHARE_EXHAUSTED ->
                throw ProblemException.of(
                                ProblemType.TOO_MUCH_IN_PROGRESS,
                                "The account has " + settings.maxStreamsPerAccount()
                                        + " open streams. Close some and retry.")
                        .retryAfter(RETRY_AFTER);
            case EXHAUSTED ->
                throw ProblemException.unavailable("Too many streams are open. Retry later.", RETRY_AFTER);
        }
        LiveStream stream = new LiveStream(
                key.task() != null, settings.maxTasksPerStream(), settings.heartbeat(), Schedulers.parallel());
        feeds.compute(key, (_, present) -> {
            TaskFeed feed = present == null ? new TaskFeed(settings.maxTasksPerStream()) : present;
            feed.join(stream);
            return feed;
        });
        readers.forEach(TopicReader::wakeUp);
        return stream;
    }

    private Flux<ServerSentEvent<TaskState>> follow(StreamKey key, LiveStream stream) {
        return snapshot(key)
                .doOnNext(views -> {
                    TaskFeed feed = feeds.get(key);
                    if (feed != null) {
                        feed.merge(views, stream);
                        pollTasks(key, feed);
                    }
                })
                .thenMany(stream.events());
    }

    private void leave(StreamKey key, LiveStream stream) {
        feeds.computeIfPresent(key, (_, feed) -> feed.leave(stream) ? null : feed);
        stream.close();
        open.release(key.account(), 1);
    }

    private Mono<List<TaskView>> snapshot(StreamKey key) {
        return key.task() == null
                ? taskService.tasks(key.account(), NEWEST_PAGE).map(TaskPage::tasks)
                : taskService.task(key.account(), key.task()).map(List::of);
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        String account = ReceivedMessage.accountOf(record);
        if (account == null || record.key() == null) {
            return;
        }
        if (record.topic().equals(Topics.TASK_CANCELLATIONS)) {
            cancelled(account, record);
            return;
        }
        TaskId task = TaskId.parse(record.key());
        List<StreamKey> watched =
                ChildTaskId.isChild(task) && childReceived(account, record) ? List.of() : watched(account, task);
        if (!watched.isEmpty()) {
            TaskEvent event = ReceivedMessage.read(record, TaskEvent.class);
            watched.forEach(key -> merge(key, event));
        }
    }

    private List<StreamKey> watched(String account, TaskId task) {
        return Stream.of(new StreamKey(account, null), new StreamKey(account, task))
                .filter(feeds::containsKey)
                .toList();
    }

    /**
     * Asks the task store for the task that a child is a part of, which sums up its children. Returns false if the
     * task is none, which an older gateway may have given such an id.
     */
    private boolean childReceived(String account, ConsumerRecord<String, byte[]> record) {
        if (feeds.keySet().stream().noneMatch(key -> key.account().equals(account))
                || !(ReceivedMessage.read(record, TaskEvent.class) instanceof ObjectsProgressed progressed)) {
            return true;
        }
        if (progressed.root() == null) {
            return false;
        }
        for (StreamKey key : watched(account, progressed.root())) {
            poll(key, feeds.get(key), progressed.root());
        }
        return true;
    }

    /** Shows the cancellation, and then what the task store knows: a push that waits is cancelled with its refresh. */
    private void cancelled(String account, ConsumerRecord<String, byte[]> record) {
        feeds.forEach((key, feed) -> {
            if (key.account().equals(account)) {
                feed.merge(ReceivedMessage.read(record, TaskCancelled.class));
                refresh(key, feed);
            }
        });
    }

    @Override
    public Duration pollPause() {
        return feeds.isEmpty() ? IDLE_PAUSE : TopicReader.Listener.super.pollPause();
    }

    private void merge(StreamKey key, TaskEvent event) {
        TaskFeed feed = feeds.get(key);
        if (feed == null) {
            return;
        }
        if (feed.merge(event)) {
            refresh(key, feed);
        }
        pollTasks(key, feed);
    }

    private void pollTasks(StreamKey key, TaskFeed feed) {
        feed.tasksToPoll().forEach(task -> poll(key, feed, task));
    }

    /** Asks the task store for a task with children until it has ended, or no stream shows it any more. */
    private void poll(StreamKey key, @Nullable TaskFeed feed, TaskId task) {
        if (feed != null && feed.beginPoll(task)) {
            Mono.delay(REFRESH_DELAY)
                    .then(Mono.defer(() -> taskService.task(key.account(), task)))
                    .doFinally(_ -> {
                        feed.endPoll(task);
                        if (feeds.get(key) == feed) {
                            pollTasks(key, feed);
                        }
                    })
                    .subscribe(
                            view -> feed.merge(List.of(view)),
                            error -> log.debug("cannot read task {} from the task store: {}", task, error.toString()));
        }
    }

    /** Refreshes every feed: events from before the reader's start position are only in the task store. */
    @Override
    public void caughtUp() {
        feeds.forEach(this::refresh);
    }

    private void refresh(StreamKey key, TaskFeed feed) {
        if (feed.beginRefresh()) {
            Mono.delay(REFRESH_DELAY)
                    .then(Mono.defer(() -> snapshot(key)))
                    .doFinally(_ -> feed.endRefresh())
                    .subscribe(
                            views -> {
                                feed.merge(views);
                                pollTasks(key, feed);
                            },
                            error -> log.debug(
                                    "cannot read a snapshot of {} from the task store: {}", key, error.toString()));
        }
    }

    @Override
    public void start() {
        readers.forEach(TopicReader::start);
    }

    /** Ends the streams too, which would otherwise delay the server's graceful shutdown. */
    @Override
    public void stop() {
        readers.forEach(TopicReader::stop);
        feeds.values().forEach(TaskFeed::end);
    }

    @Override
    public boolean isRunning() {
        return readers.stream().anyMatch(TopicReader::isRunning);
    }
}
