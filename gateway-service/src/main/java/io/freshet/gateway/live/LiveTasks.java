package io.freshet.gateway.live;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskView;
import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.client.TaskServiceClient;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Feeds all open streams from one reader of the task events. What no stream wants is not even decoded. */
@Component
public class LiveTasks implements SmartLifecycle, TopicReader.Listener {

    private static final Logger log = LoggerFactory.getLogger(LiveTasks.class);
    private static final Map<String, String> NEWEST_PAGE = Map.of("limit", "100");
    /** In which further reasons to ask the record again are answered by the same question. */
    private static final Duration REFRESH_DELAY = Duration.ofSeconds(1);

    /** While no stream is open, all that the reader has to do is to keep up. */
    private static final Duration REST_UNWATCHED = Duration.ofSeconds(1);

    private final TaskServiceClient taskService;
    private final GatewayProperties.Live settings;
    private final TopicReader reader;
    private final Map<Scope, Feed> feeds = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    LiveTasks(TaskServiceClient taskService, KafkaClients clients, GatewayProperties properties, MeterRegistry meters) {
        this.taskService = taskService;
        this.settings = properties.live();
        this.reader = new TopicReader(clients, Topics.TASK_EVENTS, TopicReader.From.END, this);
        Gauge.builder("freshet.streams", open, AtomicInteger::get)
                .description("Open streams of live progress")
                .register(meters);
    }

    /** Shows tasks that this gateway has just accepted to streams of their account, before any worker has touched them. */
    public void accepted(String account, List<TaskView> tasks) {
        Feed feed = feeds.get(new Scope(account, null));
        if (feed != null) {
            feed.merge(tasks);
        }
    }

    /** Subscribes first, then takes a snapshot, then follows: so nothing falls between. */
    Flux<ServerSentEvent<TaskState>> stream(Scope scope) {
        return Flux.using(() -> join(scope), stream -> follow(scope, stream), stream -> leave(scope, stream));
    }

    private LiveStream join(Scope scope) {
        if (open.incrementAndGet() > settings.streams()) {
            open.decrementAndGet();
            throw ProblemException.unavailable("too many streams are open", Duration.ofSeconds(10));
        }
        LiveStream stream =
                new LiveStream(scope.task() != null, settings.tasks(), settings.heartbeat(), Schedulers.parallel());
        feeds.compute(scope, (_, present) -> {
            Feed feed = present == null ? new Feed(settings.tasks()) : present;
            feed.join(stream);
            return feed;
        });
        reader.hurry();
        return stream;
    }

    private Flux<ServerSentEvent<TaskState>> follow(Scope scope, LiveStream stream) {
        return snapshot(scope)
                .doOnNext(views -> {
                    Feed feed = feeds.get(scope);
                    if (feed != null) {
                        feed.merge(views, stream);
                    }
                })
                .thenMany(stream.events());
    }

    private void leave(Scope scope, LiveStream stream) {
        feeds.computeIfPresent(scope, (_, feed) -> feed.leave(stream) ? null : feed);
        stream.close();
        open.decrementAndGet();
    }

    private Mono<List<TaskView>> snapshot(Scope scope) {
        return scope.task() == null
                ? taskService.tasks(scope.account(), NEWEST_PAGE).map(TaskPage::tasks)
                : taskService.task(scope.account(), scope.task()).map(List::of);
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        String account = ReceivedMessage.accountOf(record);
        if (account == null || record.key() == null) {
            return;
        }
        List<Scope> wanted = Stream.of(new Scope(account, null), new Scope(account, TaskId.parse(record.key())))
                .filter(feeds::containsKey)
                .toList();
        if (!wanted.isEmpty()) {
            TaskEvent event = ReceivedMessage.read(record, TaskEvent.class);
            wanted.forEach(scope -> tell(scope, event));
        }
    }

    @Override
    public Duration rest() {
        return feeds.isEmpty() ? REST_UNWATCHED : TopicReader.Listener.super.rest();
    }

    private void tell(Scope scope, TaskEvent event) {
        Feed feed = feeds.get(scope);
        if (feed != null && feed.merge(event)) {
            refresh(scope, feed);
        }
    }

    /** What was told before the reader stood at its place is in the record only. */
    @Override
    public void caughtUp() {
        feeds.forEach(this::refresh);
    }

    private void refresh(Scope scope, Feed feed) {
        if (feed.beginRefresh()) {
            Mono.delay(REFRESH_DELAY)
                    .then(Mono.defer(() -> snapshot(scope)))
                    .doFinally(_ -> feed.endRefresh())
                    .subscribe(feed::merge, error -> log.debug("no snapshot of {}: {}", scope, error.toString()));
        }
    }

    @Override
    public void start() {
        reader.start();
    }

    /** Ends the streams too, or they would hold up the server's graceful shutdown. */
    @Override
    public void stop() {
        reader.stop();
        feeds.values().forEach(Feed::end);
    }

    @Override
    public boolean isRunning() {
        return reader.isRunning();
    }
}
