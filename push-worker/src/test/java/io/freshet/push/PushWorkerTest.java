package io.freshet.push;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ChildScope;
import io.freshet.contracts.message.ChildTask;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.PushLimits;
import io.freshet.contracts.message.PushTargets;
import io.freshet.contracts.message.Redirects;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.TaskCancellations;
import io.freshet.push.StandInCache.Answer;
import io.freshet.push.node.NodeAvailability;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.assertj.core.api.Condition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.web.client.RestClient;

/** The whole service, as it is started in production, between a real broker and HTTP servers in the nodes' places. */
@EmbeddedKafka(
        partitions = 12,
        topics = {})
class PushWorkerTest {

    private static final AtomicLong IDS = new AtomicLong(1_000);
    private static final Map<String, IntFunction<Answer>> BEHAVIOURS = new ConcurrentHashMap<>();

    private static StandInCache a;
    private static StandInCache b;
    private static StandInCache c;
    private static StandInCache origin;
    private static @Nullable LocalVarnish varnish;
    private static Path fleetFile;
    private static String[] arguments;
    private static ConfigurableApplicationContext worker;
    private static ReportedProgress reported;

    @BeforeAll
    static void start(EmbeddedKafkaBroker broker, @TempDir Path folder) throws IOException {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
        a = new StandInCache(0, BEHAVIOURS);
        b = new StandInCache(0, BEHAVIOURS);
        c = new StandInCache(0, BEHAVIOURS);
        origin = new StandInCache(0, BEHAVIOURS);
        int varnishPort = StandInCache.freePort();
        if (LocalVarnish.installed()) {
            varnish = new LocalVarnish(varnishPort, origin.port(), folder);
        }
        Path fleet = Files.writeString(folder.resolve("freshet.yml"), """
                freshet:
                  fleet:
                    drivers:
                      plain: { type: http, identity-header: "" }
                      varnish: { type: varnish, token: t }
                    tiers:
                      - name: l2
                        nodes:
                          - { id: l2-a, address: "%s", driver: plain }
                          - { id: l2-b, address: "%s", driver: plain }
                      - name: hashed
                        push-routing: hash
                        nodes:
                          - { id: hashed-a, address: "%s", driver: plain }
                          - { id: hashed-b, address: "%s", driver: plain }
                      - name: l1
                        nodes:
                          - { id: l1-c, address: "%s", driver: plain }
                      - name: varnish
                        nodes:
                          - { id: varnish-a, address: "http://127.0.0.1:%d", driver: varnish }
                      - name: leaving
                        nodes:
                          - { id: leaving-c, address: "%s", driver: plain }
                          - { id: leaving-x, address: "http://127.0.0.1:1", driver: plain }
                  push:
                    limits:
                      - { domain: narrow.test, requests-in-flight: 2 }
                      - { domain: cancelled.test, requests-in-flight: 2 }
                """.formatted(
                        a.address(),
                        b.address(),
                        a.address().replace("127.0.0.1", "localhost"),
                        b.address().replace("127.0.0.1", "localhost"),
                        c.address(),
                        varnishPort,
                        c.address().replace("127.0.0.1", "localhost")));
        fleetFile = fleet;
        arguments = new String[] {
            "--FRESHET_CONFIG=" + fleet,
            "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
            "--server.port=0",
            "--freshet.push.progress-interval=100ms",
            "--freshet.configuration.poll-interval=50ms",
            "--freshet.push.stop-timeout=0s",
            "--freshet.push.retries.max-attempts=3",
            "--freshet.push.retries.initial-backoff=20ms"
        };
        worker = PushWorker.builder().run(arguments);
        reported = new ReportedProgress(worker.getBean(KafkaClients.class));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        reported.close();
        worker.close();
        Stream.of(a, b, c, origin).forEach(StandInCache::close);
        if (varnish != null) {
            varnish.close();
        }
        Awaitility.reset();
    }

    @Test
    void every_node_of_the_tier_gets_every_variant_of_every_object_with_its_public_host() {
        TaskId task = push(
                "*.wide.test",
                "l2",
                Map.of("Accept-Encoding", List.of("gzip", "br")),
                "https://x.wide.test/1?q",
                "http://y.wide.test:81/22");
        assertThat(finished(task))
                .containsExactly(
                        new ObjectState(0, Phase.SETTLED, List.of(), 2, null, 2 * 2 * 2),
                        new ObjectState(1, Phase.SETTLED, List.of(), 2, null, 2 * 2 * 3));
        assertThat(reported.totals(task)).isEqualTo(new TaskTotals(2, 2, 0, 4, 4));
        for (StandInCache node : List.of(a, b)) {
            assertThat(node.requestsTo("x.wide.test"))
                    .containsExactlyInAnyOrder(
                            new StandInCache.Request("x.wide.test", "https", "/1?q", "gzip"),
                            new StandInCache.Request("x.wide.test", "https", "/1?q", "br"));
            assertThat(node.requestsTo("y.wide.test:81"))
                    .hasSize(2)
                    .allMatch(r -> r.scheme().equals("http"));
        }
        assertThat(c.requestsTo("x.wide.test")).isEmpty();
    }

    @Test
    void push_goes_on_without_a_node_that_leaves_the_fleet() throws IOException {
        TaskId waiting = push("leaving.test", "leaving", Map.of(), "http://leaving.test/1");
        await().until(() -> worker.getBean(NodeAvailability.class)
                .unavailableBecause("leaving-x")
                .isPresent());
        await().until(() -> !c.requestsTo("leaving.test").isEmpty());
        String before = Files.readString(fleetFile);
        Path next = fleetFile.resolveSibling("next");
        Files.writeString(next, before.replaceFirst(".*id: leaving-x.*\n", ""));
        Files.move(next, fleetFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertThat(finished(waiting))
                .extracting(ObjectState::phase, ObjectState::description)
                .containsExactly(tuple(Phase.SETTLED, "leaving-x: has left the fleet"));
        assertThat(finished(push("leaving.test", "leaving", Map.of(), "http://leaving.test/2")))
                .extracting(ObjectState::phase, ObjectState::nodes)
                .containsExactly(tuple(Phase.SETTLED, 1));
    }

    @Test
    void what_varies_by_encoding_is_fetched_as_browsers_ask_for_it_and_all_else_once() {
        BEHAVIOURS.put(
                "/varied",
                number -> new Answer(
                        200,
                        number == 3
                                ? Map.of("Vary", "Accept-Encoding")
                                : Map.of("Vary", "origin, accept-encoding", "Content-Encoding", "c" + number),
                        "x".repeat(number)));
        TaskId task = push("varied.test", "l1", Map.of(), "http://varied.test/varied", "http://varied.test/same");
        assertThat(finished(task))
                .extracting(ObjectState::description, ObjectState::bytes)
                .containsExactly(tuple("c1 1 B, c2 2 B, not compressed 3 B", 6L), tuple(null, 5L));
        assertThat(c.requestsTo("varied.test"))
                .filteredOn(request -> request.target().equals("/varied"))
                .extracting(StandInCache.Request::acceptEncoding)
                .containsExactly("gzip, deflate, br, zstd", "gzip, deflate", "null");
        assertThat(c.requestsTo("varied.test")).hasSize(4);
    }

    @Test
    void redirects_are_followed_through_the_same_node_within_the_domains_of_the_account() {
        redirect("/r1", "/r2");
        redirect("/r2", "http://img.moves.test/r3");
        redirect("/foreign", "http://evil.test/x");
        redirect("/loop", "/loop2");
        redirect("/loop2", "/loop");
        redirect("/broken", "/missing");
        BEHAVIOURS.put("/missing", _ -> Answer.status(404));
        IntStream.range(0, 7).forEach(i -> redirect("/hop" + i, "/hop" + (i + 1)));
        TaskId task = new TaskId(IDS.incrementAndGet());
        String site = "http://www.moves.test";
        publish(new PushCommand(
                task,
                "acme",
                "www.moves.test",
                List.of(
                        site + "/r1",
                        site + "/foreign",
                        site + "/loop",
                        site + "/broken",
                        site + "/hop1",
                        site + "/hop2"),
                "l1",
                Map.of(),
                Instant.now(),
                null,
                null,
                Map.of(),
                Redirects.FOLLOW,
                List.of("www.moves.test", "*.moves.test"),
                null,
                null,
                null));
        assertThat(finished(task))
                .extracting(ObjectState::phase, ObjectState::description)
                .containsExactly(
                        tuple(Phase.SETTLED, "followed a redirect to http://img.moves.test/r3"),
                        tuple(
                                Phase.SETTLED,
                                "fetched a redirect (301), its target at evil.test is not of the account's domains,"
                                        + " and was not followed"),
                        tuple(Phase.FAILED, "l1-c: redirects in a loop, at http://www.moves.test/loop"),
                        tuple(Phase.FAILED, "l1-c: redirected to http://www.moves.test/missing: origin answered 404"),
                        tuple(Phase.FAILED, "l1-c: more than 5 redirects"),
                        tuple(Phase.SETTLED, "followed a redirect to http://www.moves.test/hop7"));
        assertThat(c.requestsTo("img.moves.test")).hasSize(1);
        assertThat(c.requestsTo("evil.test")).isEmpty();
    }

    private static void redirect(String path, String location) {
        BEHAVIOURS.put(path, _ -> new Answer(301, Map.of("Location", location), ""));
    }

    @Test
    void a_tier_that_hashes_gets_each_object_on_one_node_only() {
        TaskId task = push("hashed.test", "hashed", Map.of(), urls("hashed.test", 40));
        assertThat(finished(task)).hasSize(40).allMatch(state -> state.phase() == Phase.SETTLED && state.nodes() == 1);
        assertThat(a.requestsTo("hashed.test")).isNotEmpty();
        assertThat(b.requestsTo("hashed.test")).isNotEmpty();
        assertThat(a.requestsTo("hashed.test").size()
                        + b.requestsTo("hashed.test").size())
                .isEqualTo(40);
    }

    @Test
    void permanent_failure_is_named_without_retry_and_other_objects_continue() {
        BEHAVIOURS.put("/gone", _ -> Answer.status(404));
        BEHAVIOURS.put("/moved", _ -> new Answer(302, Map.of("Location", "http://final.test/elsewhere"), ""));
        TaskId task = push(
                "final.test",
                "l2",
                Map.of(),
                "http://final.test/gone",
                "http://final.test/moved",
                "http://final.test/ok");
        List<ObjectState> states = finished(task);
        assertThat(states.get(0).phase()).isEqualTo(Phase.FAILED);
        assertThat(states.get(0).missing()).containsExactly("l2-a", "l2-b");
        assertThat(states.get(0).description()).isEqualTo("l2-a: origin answered 404; l2-b: origin answered 404");
        assertThat(states.get(1).description()).contains("l2-a: origin answered 302");
        assertThat(states.get(2).phase()).isEqualTo(Phase.SETTLED);
        assertThat(a.requestsTo("final.test")).hasSize(3);
        assertThat(reported.totals(task)).isEqualTo(new TaskTotals(3, 1, 2, 2, 6));
    }

    @Test
    void temporary_failure_is_retried_until_it_succeeds() {
        BEHAVIOURS.put("/busy", number -> number < 3 ? Answer.status(503) : new Answer(200, Map.of(), "done"));
        BEHAVIOURS.put(
                "/slow-down",
                number -> number < 2
                        ? new Answer(429, Map.of("Retry-After", "0"), "")
                        : new Answer(200, Map.of(), "done"));
        TaskId task = push("passing.test", "l1", Map.of(), "http://passing.test/busy", "http://passing.test/slow-down");
        assertThat(finished(task))
                .containsExactly(
                        new ObjectState(0, Phase.SETTLED, List.of(), 1, null, 4),
                        new ObjectState(1, Phase.SETTLED, List.of(), 1, null, 4));
        assertThat(c.requestsTo("passing.test")).hasSize(5);
    }

    @Test
    void temporary_failure_of_all_attempts_fails_with_its_reason() {
        BEHAVIOURS.put("/broken", _ -> Answer.status(500));
        TaskId task = push("broken.test", "l1", Map.of(), "http://broken.test/broken");
        assertThat(finished(task))
                .containsExactly(
                        new ObjectState(0, Phase.FAILED, List.of("l1-c"), 1, "l1-c: answered 500 (3 attempts)", 0));
        assertThat(c.requestsTo("broken.test")).hasSize(3);
    }

    @Test
    void a_node_that_is_down_is_waited_for_and_holds_up_no_other() throws IOException {
        b.down();
        try {
            TaskId task = push("down.test", "l2", Map.of(), urls("down.test", 50));
            await().until(() -> a.requestsTo("down.test").size() == 50);
            await().untilAsserted(() -> assertThat(reported.objects(task))
                    .hasSize(50)
                    .allSatisfy(state -> {
                        assertThat(state.phase()).isEqualTo(Phase.RUNNING);
                        assertThat(state.missing()).containsExactly("l2-b");
                        assertThat(state.description()).isEqualTo("l2-b: waited for, connection refused");
                    }));
            TaskId other = push("down.test", "l1", Map.of(), urls("down.test", 5));
            assertThat(finished(other)).allMatch(state -> state.phase() == Phase.SETTLED);
            b.up();
            assertThat(finished(task)).allMatch(state -> state.phase() == Phase.SETTLED && state.description() == null);
            assertThat(b.requestsTo("down.test")).hasSize(50);
        } finally {
            b.down();
            b.up();
        }
    }

    @Test
    void lagging_node_gets_no_push_before_it_has_caught_up() {
        publish(event(NodeState.LAGGING));
        publish(new NodeChanged("l1-c", 3, NodeState.IN_SYNC, true, Instant.EPOCH, null, 0, null, null));
        await().until(() -> worker.getBean(NodeAvailability.class)
                .unavailableBecause("l1-c")
                .isPresent());
        TaskId task = push("owing.test", "l1", Map.of(), urls("owing.test", 10));
        await().untilAsserted(() -> assertThat(reported.objects(task))
                .hasSize(10)
                .allSatisfy(state -> assertThat(state.description()).isEqualTo("l1-c: waited for, not caught up")));
        assertThat(c.requestsTo("owing.test")).isEmpty();
        publish(event(NodeState.IN_SYNC));
        assertThat(finished(task)).allMatch(state -> state.phase() == Phase.SETTLED);
    }

    @Test
    void a_domain_whose_origin_hangs_holds_up_no_other_and_progress_is_told_meanwhile() {
        CountDownLatch origin = new CountDownLatch(1);
        IntFunction<Answer> hanging = _ -> {
            uninterruptibly(origin);
            return new Answer(200, Map.of(), "late");
        };
        IntStream.range(0, 100).forEach(i -> BEHAVIOURS.put("/hang" + i, hanging));
        String[] objects = Stream.concat(
                        Stream.of("http://hanging.test/quick"),
                        IntStream.range(0, 100).mapToObj(i -> "http://hanging.test/hang" + i))
                .toArray(String[]::new);
        TaskId hung = push("hanging.test", "l2", Map.of(), objects);
        await().untilAsserted(() -> assertThat(reported.objects(hung))
                .hasSize(101)
                .first()
                .satisfies(state -> assertThat(state.phase()).isEqualTo(Phase.SETTLED)));
        TaskId quick = push("quick.test", "l2", Map.of(), urls("quick.test", 20));
        assertThat(finished(quick)).allMatch(state -> state.phase() == Phase.SETTLED);
        assertThat(reported.finished(hung)).isFalse();
        assertThat(requireNonNull(reported.totals(hung)).complete()).isEqualTo(1);
        origin.countDown();
        assertThat(finished(hung)).allMatch(state -> state.phase() == Phase.SETTLED);
    }

    @Test
    void many_pushes_of_a_hanging_origin_delay_no_domain_of_the_same_partition() {
        CountDownLatch origin = new CountDownLatch(1);
        BEHAVIOURS.put("/page-0", _ -> {
            uninterruptibly(origin);
            return new Answer(200, Map.of(), "late");
        });
        String hanging = "stuck.test";
        String[] objects =
                Stream.generate(() -> "http://stuck.test/page-0").limit(400).toArray(String[]::new);
        List<TaskId> stuck = IntStream.range(0, 5)
                .mapToObj(_ -> push(hanging, "l1", Map.of(), objects))
                .toList();
        String neighbour = IntStream.range(0, 1_000)
                .mapToObj(i -> "neighbour-" + i + ".test")
                .filter(domain -> partitionOf(domain) == partitionOf(hanging))
                .findFirst()
                .orElseThrow();

        TaskId quick = push(neighbour, "l1", Map.of(), "http://" + neighbour + "/quick");

        assertThat(finished(quick)).allMatch(state -> state.phase() == Phase.SETTLED);
        assertThat(stuck).noneMatch(reported::finished);
        BEHAVIOURS.remove("/page-0");
        origin.countDown();
        stuck.forEach(PushWorkerTest::finished);
    }

    @Test
    void a_domain_has_no_more_requests_in_flight_than_its_limit_whatever_the_tasks() {
        List<TaskId> tasks = IntStream.range(0, 4)
                .mapToObj(_ -> push("narrow.test", "l1", Map.of(), urls("narrow.test", 30)))
                .toList();
        tasks.forEach(task -> assertThat(finished(task)).allMatch(state -> state.phase() == Phase.SETTLED));
        assertThat(c.requestsTo("narrow.test")).hasSize(120);
        assertThat(c.mostAtOnceFor("narrow.test")).isBetween(1, 2);
    }

    @Test
    void tasks_of_a_domain_take_turns_though_a_permit_pushes_several_quick_objects() {
        BEHAVIOURS.put("/quick", _ -> {
            LockSupport.parkNanos(20_000_000);
            return new Answer(200, Map.of(), "done");
        });

        List<TaskId> tasks = Stream.of("first", "second")
                .map(name -> Stream.generate(() -> "http://turns.test/quick?" + name)
                        .limit(500)
                        .toArray(String[]::new))
                .map(objects -> push("turns.test", "l1", Map.of(), objects))
                .toList();

        tasks.forEach(PushWorkerTest::finished);
        List<String> asked = c.requestsTo("turns.test").stream()
                .map(StandInCache.Request::target)
                .toList();
        assertThat(asked).hasSize(1_000);
        assertThat(asked.subList(0, asked.lastIndexOf("/quick?first")))
                .as("objects of the second task before the end of the first")
                .haveAtLeast(100, new Condition<>(target -> target.endsWith("second"), "of the second task"));
        BEHAVIOURS.remove("/quick");
    }

    @Test
    void a_task_that_its_worker_does_not_finish_is_finished_by_another() {
        CountDownLatch origin = new CountDownLatch(1);
        BEHAVIOURS.put("/endless", _ -> {
            uninterruptibly(origin);
            return new Answer(200, Map.of(), "at last");
        });
        TaskId task =
                push("handover.test", "l1", Map.of(), "http://handover.test/quick", "http://handover.test/endless");
        await().until(() -> c.requestsTo("handover.test").size() == 2);
        ConfigurableApplicationContext next = PushWorker.builder().run(arguments);
        worker.close();
        worker = next;
        await().until(() -> c.requestsTo("handover.test").size() == 4);
        assertThat(reported.finished(task)).isFalse();
        origin.countDown();
        assertThat(finished(task)).allMatch(state -> state.phase() == Phase.SETTLED);
    }

    @Test
    void push_that_was_cancelled_before_it_is_read_asks_no_node() {
        TaskId task = new TaskId(IDS.incrementAndGet());
        cancel(task);
        publish(new PushCommand(
                task, "acme", "early.test", List.of(urls("early.test", 3)), "l1", Map.of(), Instant.now()));
        await().untilAsserted(() -> assertThat(reported.objects(task))
                .hasSize(3)
                .allSatisfy(state -> assertThat(state.phase()).isEqualTo(Phase.PENDING))
                .allSatisfy(state -> assertThat(state.description()).isEqualTo("cancelled before it was sent")));
        assertThat(c.requestsTo("early.test")).isEmpty();
    }

    @Test
    void tiers_of_a_push_are_warmed_one_after_the_other() {
        CountDownLatch origin = new CountDownLatch(1);
        BEHAVIOURS.put("/first-l2", _ -> {
            uninterruptibly(origin);
            return new Answer(200, Map.of(), "late");
        });
        PushTargets both = new PushTargets(List.of("l2", "l1"), null, List.of());
        TaskId task = push("tiers.test", null, both, "http://tiers.test/first-l2", "http://tiers.test/1");
        await().until(() -> a.requestsTo("tiers.test").size() == 2
                && b.requestsTo("tiers.test").size() == 2);
        assertThat(c.requestsTo("tiers.test")).isEmpty();

        origin.countDown();

        assertThat(finished(task))
                .extracting(ObjectState::phase, ObjectState::nodes)
                .containsExactly(tuple(Phase.SETTLED, 3), tuple(Phase.SETTLED, 3));
        assertThat(c.requestsTo("tiers.test")).hasSize(2);
    }

    @Test
    void push_to_named_nodes_asks_no_other() {
        PushTargets named = new PushTargets(List.of(), null, List.of("l2-b", "l1-c"));
        assertThat(finished(push("named.test", null, named, "http://named.test/1")))
                .extracting(ObjectState::nodes)
                .containsExactly(2);
        assertThat(a.requestsTo("named.test")).isEmpty();
        assertThat(b.requestsTo("named.test")).hasSize(1);
        assertThat(c.requestsTo("named.test")).hasSize(1);
    }

    @Test
    void limits_of_a_request_hold_for_all_its_tasks_and_delay_no_other_push_of_the_domain() {
        CountDownLatch origin = new CountDownLatch(1);
        BEHAVIOURS.put("/slowly", _ -> {
            uninterruptibly(origin);
            return new Answer(200, Map.of(), "late");
        });
        PushLimits one = new PushLimits(1, null, null);
        String[] objects =
                Stream.generate(() -> "http://limited.test/slowly").limit(600).toArray(String[]::new);
        UUID request = UUID.randomUUID();
        List<TaskId> tasks = Stream.generate(() -> push("limited.test", request, one, null, objects))
                .limit(2)
                .toList();
        await().until(() -> c.requestsTo("limited.test").size() == 1);

        TaskId other = push("limited.test", "l1", Map.of(), urls("limited.test", 30));

        assertThat(finished(other)).allMatch(state -> state.phase() == Phase.SETTLED);
        assertThat(tasks).noneMatch(reported::finished);
        BEHAVIOURS.remove("/slowly");
        origin.countDown();
        tasks.forEach(task -> assertThat(finished(task)).hasSize(600));
        assertThat(c.mostAtOnceFor("limited.test")).isLessThanOrEqualTo(17);
    }

    @Test
    void overloaded_origin_gets_no_request_of_its_domain_for_as_long_as_it_asks_and_the_object_says_why() {
        AtomicLong refusedAt = new AtomicLong();
        List<Long> later = new CopyOnWriteArrayList<>();
        BEHAVIOURS.put("/overloaded", number -> {
            if (number > 1) {
                return new Answer(200, Map.of(), "done");
            }
            refusedAt.set(System.nanoTime());
            return new Answer(503, Map.of("Retry-After", "2"), "");
        });
        TaskId first = push("overloaded.test", "l1", Map.of(), "http://overloaded.test/overloaded");
        await().until(() -> refusedAt.get() != 0);
        BEHAVIOURS.put("/other", _ -> {
            later.add(System.nanoTime());
            return new Answer(200, Map.of(), "done");
        });
        await().until(() -> reported.objects(first).stream()
                .anyMatch(state -> String.valueOf(state.description()).contains("answered 503")));
        TaskId second = push("overloaded.test", "l1", Map.of(), "http://overloaded.test/other");
        await().until(() -> reported.objects(second).stream()
                .anyMatch(state ->
                        String.valueOf(state.description()).matches("l1-c: origin answered 503, waits [12] s")));

        assertThat(finished(second)).extracting(ObjectState::description).containsOnlyNulls();
        finished(first);
        assertThat(later)
                .singleElement()
                .satisfies(at -> assertThat(at - refusedAt.get()).isGreaterThan(1_900_000_000L));
    }

    @Test
    void origin_that_slows_down_gets_fewer_requests_and_the_objects_say_why() {
        AtomicBoolean slow = new AtomicBoolean();
        BEHAVIOURS.put("/slowing", _ -> {
            LockSupport.parkNanos(slow.get() ? 400_000_000 : 20_000_000);
            return new Answer(200, Map.of(), "done");
        });
        String[] objects =
                Stream.generate(() -> "http://slowing.test/slowing").limit(300).toArray(String[]::new);
        for (int i = 0; i < 3; i++) { // more than ten windows make an average that slow answers hardly change
            finished(push("slowing.test", "l2", Map.of(), objects));
        }
        slow.set(true);

        TaskId task = push("slowing.test", "l2", Map.of(), objects);

        await().until(() -> reported.objects(task).stream()
                .anyMatch(state -> String.valueOf(state.description())
                        .matches(".*l2-[ab]: origin answers slowly: [1-8] of 16 requests in flight.*")));
        slow.set(false);
        assertThat(finished(task)).allSatisfy(state -> {
            assertThat(state.phase()).isEqualTo(Phase.SETTLED);
            assertThat(state.description()).isNull();
        });
    }

    @Test
    void push_with_a_start_time_is_left_to_task_service() {
        TaskId task = new TaskId(IDS.incrementAndGet());
        PushCommand later = new PushCommand(
                task,
                "acme",
                "later.test",
                List.of("http://later.test/a"),
                "l2",
                Map.of(),
                Instant.now(),
                null,
                null,
                Map.of(),
                null,
                List.of(),
                Instant.now().minusSeconds(1),
                null,
                null);
        publish(later);
        finished(push("later.test", "l2", Map.of(), "http://later.test/b"));
        assertThat(reported.objects(task)).isEmpty();

        publish(later.due());

        assertThat(finished(task)).extracting(ObjectState::phase).containsExactly(Phase.SETTLED);
    }

    @Test
    void cancelled_push_ends_with_the_requests_in_flight() {
        CountDownLatch origin = new CountDownLatch(1);
        IntFunction<Answer> hanging = _ -> {
            uninterruptibly(origin);
            return new Answer(200, Map.of(), "late");
        };
        String[] objects = IntStream.range(0, 50)
                .mapToObj(i -> "http://cancelled.test/cancelled-" + i)
                .toArray(String[]::new);
        IntStream.range(0, 50).forEach(i -> BEHAVIOURS.put("/cancelled-" + i, hanging));
        int before = c.requestsTo("cancelled.test").size();
        TaskId task = push("cancelled.test", "l1", Map.of(), objects);
        await().until(() -> c.requestsTo("cancelled.test").size() == before + 2);
        cancel(task);
        origin.countDown();
        await().untilAsserted(() -> assertThat(reported.objects(task))
                .extracting(ObjectState::phase, ObjectState::description)
                .containsOnly(tuple(Phase.SETTLED, null), tuple(Phase.PENDING, "cancelled before it was sent")));
        assertThat(c.requestsTo("cancelled.test")).hasSize(before + 2);
        assertThat(requireNonNull(reported.totals(task)).complete()).isEqualTo(2);
        TaskId next = push("cancelled.test", "l1", Map.of(), "http://cancelled.test/next");
        assertThat(finished(next)).as("no permit is lost").allMatch(state -> state.phase() == Phase.SETTLED);
    }

    @Test
    void cancelled_push_does_not_wait_for_a_node_or_for_the_next_attempt() throws IOException {
        b.down();
        try {
            BEHAVIOURS.put("/busy", _ -> new Answer(503, Map.of("Retry-After", "3600"), "busy"));
            TaskId task = push("waiting.test", "l2", Map.of(), "http://waiting.test/busy", "http://waiting.test/ok");
            await().untilAsserted(() -> assertThat(reported.objects(task))
                    .extracting(ObjectState::missing)
                    .containsExactly(List.of("l2-a", "l2-b"), List.of("l2-b")));
            await().until(() -> b.requestsTo("waiting.test").isEmpty()
                    && a.requestsTo("waiting.test").size() >= 2);
            cancel(task);
            await().until(() -> PushWorkerTest.objectsInFlight() == 0);
            assertThat(reported.objects(task))
                    .allSatisfy(state -> assertThat(state.phase()).isEqualTo(Phase.RUNNING))
                    .allSatisfy(
                            state -> assertThat(state.description()).startsWith("cancelled before all nodes had it"));
        } finally {
            b.up();
        }
    }

    private static double objectsInFlight() {
        return worker.getBean(MeterRegistry.class)
                .get("freshet.push.objects")
                .gauge()
                .value();
    }

    private static void cancel(TaskId task) {
        publish(new TaskCancelled(task, "acme", Instant.now()));
        await().until(() -> worker.getBean(TaskCancellations.class).isCancelled(task));
    }

    @Test
    void a_command_that_cannot_be_carried_out_fails_its_task_with_the_reason() {
        TaskId noTier = push("faulty.test", "l9", Map.of(), "http://faulty.test/");
        TaskId noUrl = push("faulty.test", "l1", Map.of(), "http://faulty.test/a b");
        TaskId noHeader =
                push("faulty.test", "l1", Map.of("A", List.of("x\r\nHost: evil.test")), "http://faulty.test/");
        TaskId unreadable = new TaskId(IDS.incrementAndGet());
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                Topics.PUSH_COMMANDS,
                "faulty.test",
                ("{\"taskId\":\"" + unreadable + "\",\"objects\":7}").getBytes(StandardCharsets.UTF_8));
        record.headers().add(Headers.TYPE, "push.v1".getBytes(StandardCharsets.UTF_8));
        record.headers().add(Headers.ACCOUNT, "acme".getBytes(StandardCharsets.UTF_8));
        requireNonNull(worker.getBean(KafkaTemplate.class)).send(record);
        TaskId after = push("faulty.test", "l1", Map.of(), "http://faulty.test/fine");
        assertThat(finished(after)).allMatch(state -> state.phase() == Phase.SETTLED);
        await().untilAsserted(() -> {
            assertThat(reported.failure(noTier)).isEqualTo("the fleet has no tier \"l9\"");
            assertThat(reported.failure(noUrl)).contains("is not a canonical http or https URL");
            assertThat(reported.failure(noHeader)).contains("header A");
            assertThat(reported.failure(unreadable)).contains("push.v1");
        });
    }

    @Test
    void health_and_metrics_are_served_and_metrics_name_no_url() {
        finished(push("metered.test", "l1", Map.of(), "http://metered.test/secret-path"));
        int port = requireNonNull(((WebServerApplicationContext) worker).getWebServer())
                .getPort();
        RestClient http = RestClient.create("http://localhost:" + port);
        assertThat(http.get().uri("/actuator/health/readiness").retrieve().body(String.class))
                .contains("UP");
        assertThat(http.get().uri("/actuator/prometheus").retrieve().body(String.class))
                .contains("freshet_push_requests_total{outcome=\"fetched\"}", "freshet_push_bytes_total")
                .contains("freshet_push_in_flight", "freshet_push_objects")
                .doesNotContain("metered.test", "secret-path");
    }

    @Test
    void a_pushed_page_is_in_varnish_and_its_origin_was_asked_once() throws IOException {
        LocalVarnish cache = installedVarnish();
        TaskId task = push("pages.test", "varnish", Map.of(), urls("pages.test", 100));
        assertThat(finished(task)).hasSize(100).allMatch(state -> state.phase() == Phase.SETTLED);
        assertThat(origin.requestsTo("pages.test")).hasSize(100);
        for (int i = 0; i < 100; i++) {
            assertThat(cache.get("pages.test", "/page-" + i)).contains("200 OK").endsWith("/page-" + i);
        }
        assertThat(origin.requestsTo("pages.test")).hasSize(100);
        assertThat(worker.getBean(MeterRegistry.class)
                        .get("freshet.push.requests")
                        .tag("outcome", "stored")
                        .counter()
                        .count())
                .isGreaterThanOrEqualTo(100);
    }

    @Test
    void a_page_that_varnish_does_not_keep_is_not_called_pushed() {
        installedVarnish();
        BEHAVIOURS.put("/private", _ -> new Answer(200, Map.of("Cache-Control", "no-store"), "yours"));
        TaskId task = push("private.test", "varnish", Map.of(), "http://private.test/private");
        assertThat(finished(task))
                .containsExactly(new ObjectState(
                        0,
                        Phase.FAILED,
                        List.of("varnish-a"),
                        1,
                        "varnish-a: answered 200, but the node did not store it",
                        0));
    }

    @Test
    void redirect_that_varnish_keeps_is_pushed_and_a_kept_error_is_not() throws IOException {
        LocalVarnish cache = installedVarnish();
        Map<String, String> lasting = Map.of("Location", "http://moved.test/new", "Cache-Control", "max-age=3600");
        BEHAVIOURS.put("/old", _ -> new Answer(301, lasting, ""));
        BEHAVIOURS.put("/today", _ -> new Answer(302, lasting, ""));
        BEHAVIOURS.put("/away", _ -> new Answer(302, Map.of("Location", "http://moved.test/new"), ""));
        BEHAVIOURS.put("/lost", _ -> new Answer(404, Map.of("Cache-Control", "max-age=3600"), ""));
        TaskId task = push(
                "moved.test",
                "varnish",
                Map.of(),
                "http://moved.test/old",
                "http://moved.test/today",
                "http://moved.test/away",
                "http://moved.test/lost");
        assertThat(finished(task))
                .extracting(ObjectState::phase, ObjectState::description)
                .containsExactly(
                        tuple(Phase.SETTLED, "kept a redirect (301)"),
                        tuple(Phase.SETTLED, "kept a redirect (302)"),
                        tuple(Phase.FAILED, "varnish-a: answered 302, but the node did not store it"),
                        tuple(Phase.FAILED, "varnish-a: origin answered 404, and the node keeps this error"));
        int asked = origin.requestsTo("moved.test").size();
        assertThat(cache.get("moved.test", "/old")).contains("301", "http://moved.test/new");
        assertThat(origin.requestsTo("moved.test")).as("the reader's was a hit").hasSize(asked);
    }

    @Test
    void children_of_a_manifest_are_pushed_as_tasks_of_their_own() {
        BEHAVIOURS.put("/media/master.m3u8", _ -> new Answer(200, Map.of(), """
                #EXTM3U
                #EXT-X-STREAM-INF:BANDWIDTH=1
                low.m3u8
                #EXT-X-STREAM-INF:BANDWIDTH=2
                http://elsewhere.test/high.m3u8
                """));
        BEHAVIOURS.put("/media/low.m3u8", _ -> new Answer(200, Map.of(), """
                #EXTM3U
                #EXT-X-KEY:METHOD=AES-128,URI="/key"
                #EXTINF:1,
                low-1.ts
                #EXTINF:1,
                low-2.ts
                """));
        TaskId root = pushWithChildren("media.test", "http://media.test/media/master.m3u8");
        ObjectState master = finished(root).getFirst();
        assertThat(master.phase()).isEqualTo(Phase.SETTLED);
        assertThat(master.description())
                .isEqualTo("1 URL skipped, which no domain of the account covers or which are not valid, the first: "
                        + "http://elsewhere.test/high.m3u8");
        ChildTask playlist = assertThat(master.children()).singleElement().actual();
        ObjectState low = finished(playlist.taskId()).getFirst();
        ChildTask segments = assertThat(low.children()).singleElement().actual();
        assertThat(segments.objects()).isEqualTo(3);
        assertThat(finished(segments.taskId())).hasSize(3).allMatch(state -> state.phase() == Phase.SETTLED);
        for (StandInCache node : List.of(a, b)) {
            assertThat(node.requestsTo("media.test"))
                    .extracting(StandInCache.Request::target)
                    .containsExactlyInAnyOrder(
                            "/media/master.m3u8", "/media/low.m3u8", "/key", "/media/low-1.ts", "/media/low-2.ts");
            assertThat(node.requestsTo("elsewhere.test")).isEmpty();
        }
    }

    @Test
    void manifest_that_cannot_be_followed_fails_with_the_reason() {
        BEHAVIOURS.put("/live.mpd", _ -> new Answer(200, Map.of(), "<MPD type=\"dynamic\"/>"));
        BEHAVIOURS.put(
                "/cycle.m3u8", _ -> new Answer(200, Map.of(), "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/cycle.m3u8\n"));
        TaskId task = pushWithChildren(
                "broken.test",
                "http://broken.test/live.mpd",
                "http://broken.test/cycle.m3u8",
                "http://broken.test/page");
        List<ObjectState> states = finished(task);
        assertThat(states).extracting(ObjectState::phase).containsExactly(Phase.FAILED, Phase.FAILED, Phase.SETTLED);
        assertThat(states.get(0).description())
                .contains("the manifest is of a live presentation (type dynamic), whose segments change");
        assertThat(states.get(1).description())
                .contains("the manifest leads to itself: it names http://broken.test/cycle.m3u8");
        assertThat(states).allMatch(state -> state.children().isEmpty());
    }

    private static TaskId pushWithChildren(String domain, String... objects) {
        TaskId task = new TaskId(IDS.incrementAndGet());
        publish(new PushCommand(
                task,
                "acme",
                domain,
                List.of(objects),
                "l2",
                Map.of(),
                Instant.now(),
                null,
                null,
                Map.of(),
                null,
                List.of(),
                null,
                null,
                null,
                null,
                new ChildScope(List.of(domain), 1024)));
        return task;
    }

    private static LocalVarnish installedVarnish() {
        Assumptions.assumeTrue(varnish != null, "varnishd is not installed on this machine");
        return requireNonNull(varnish);
    }

    private static TaskId push(
            String domain, @Nullable PushLimits limits, @Nullable PushTargets targets, String... objects) {
        return push(domain, UUID.randomUUID(), limits, targets, objects);
    }

    private static TaskId push(
            String domain,
            UUID request,
            @Nullable PushLimits limits,
            @Nullable PushTargets targets,
            String... objects) {
        TaskId task = new TaskId(IDS.incrementAndGet());
        publish(new PushCommand(
                task,
                "acme",
                domain,
                List.of(objects),
                "l1",
                Map.of(),
                Instant.now(),
                request,
                null,
                Map.of(),
                null,
                List.of(),
                null,
                limits,
                targets));
        return task;
    }

    private static TaskId push(String domain, String tier, Map<String, List<String>> headers, String... objects) {
        TaskId task = new TaskId(IDS.incrementAndGet());
        publish(new PushCommand(task, "acme", domain, List.of(objects), tier, headers, Instant.now()));
        return task;
    }

    private static void publish(Message message) {
        worker.getBean(MessagePublisher.class).publish(message).join();
    }

    private static List<ObjectState> finished(TaskId task) {
        await().until(() -> reported.finished(task));
        return reported.objects(task);
    }

    private static int partitionOf(String domain) {
        return BuiltInPartitioner.partitionForKey(domain.getBytes(StandardCharsets.UTF_8), 12);
    }

    private static String[] urls(String host, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "http://" + host + "/page-" + i)
                .toArray(String[]::new);
    }

    private static NodeChanged event(NodeState state) {
        String why = state == NodeState.LAGGING ? "not caught up" : null;
        return new NodeChanged("l1-c", 5, state, true, Instant.EPOCH, why, 1, null, null);
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
