package io.freshet.task.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ChildScope;
import io.freshet.contracts.message.ChildTask;
import io.freshet.contracts.message.ChildTaskId;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import io.freshet.task.admission.Charges;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Children of manifests in the task store: clients see them as a part of their root. */
@ServiceTest
class ChildTasksTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final ChildScope SCOPE = new ChildScope(List.of("www.example.com"), 1024);

    @Autowired
    BatchWriter writer;

    @Autowired
    Service service;

    @Autowired
    Charges charges;

    @Autowired
    JdbcClient jdbc;

    final String account = "account-" + UUID.randomUUID();

    /** A master playlist with two others, of which the first names two segments and the second is a segment's twin. */
    private final class Medium {

        final PushCommand root = push(TaskIds.next(), "master", 1);
        final PushCommand playlists = child("playlist", 2);
        final PushCommand key = child("key", 1);
        final PushCommand segments = child("segment", 3);

        private PushCommand push(TaskId id, String name, int count) {
            return new PushCommand(
                    id,
                    account,
                    "www.example.com",
                    urls(name, count),
                    "l2",
                    Map.of(),
                    Instant.now(),
                    UUID.randomUUID(),
                    null,
                    Map.of(),
                    null,
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    SCOPE);
        }

        private PushCommand child(String name, int count) {
            List<String> urls = urls(name, count);
            return root.child(
                    ChildTaskId.of(root.taskId(), root.objects().getFirst(), urls), "www.example.com", urls, SCOPE);
        }

        private static List<String> urls(String name, int count) {
            return IntStream.range(0, count)
                    .mapToObj(i -> "https://www.example.com/" + name + i)
                    .toList();
        }

        List<Message> complete() {
            return List.of(
                    root,
                    playlists,
                    key,
                    segments,
                    progressed(root, settled(0, playlists, key)),
                    progressed(playlists, settled(0, segments)),
                    progressed(playlists, settled(1)),
                    progressed(key, settled(0)),
                    progressed(segments, settled(0), settled(1)),
                    progressed(segments, settled(2)));
        }

        TaskView view() {
            return service.task(account, root.taskId());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void root_is_complete_when_all_children_are_in_any_order_of_reading(long seed) {
        Random random = new Random(seed);
        Medium medium = new Medium();
        List<Message> messages = new ArrayList<>(medium.complete());
        Collections.shuffle(messages, random);
        while (!messages.isEmpty()) {
            assertThat(status(medium.root.taskId())).as("before %s", messages).isNotEqualTo("COMPLETE");
            List<Message> batch = messages.subList(0, 1 + random.nextInt(messages.size()));
            write(batch.toArray(Message[]::new));
            if (random.nextBoolean()) {
                write(batch.toArray(Message[]::new));
            }
            batch.clear();
        }
        TaskView view = medium.view();
        assertThat(view.status()).isEqualTo(TaskStatus.COMPLETE);
        assertThat(view.objectCount()).isEqualTo(7);
        assertThat(view.childCount()).isEqualTo(6);
        assertThat(view.completeCount()).isEqualTo(7);
        assertThat(view.progress()).isEqualTo(100);
        assertThat(view.settledAt()).isEqualTo(START);
        assertThat(service.objects(account, medium.root.taskId()).objects())
                .extracting(ObjectView::index)
                .containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(7);
    }

    private String status(TaskId id) {
        return jdbc.sql("select status from task where id = :id")
                .param("id", id.value())
                .query(String.class)
                .optional()
                .orElse("");
    }

    @Test
    void root_grows_with_what_its_manifests_name() {
        Medium medium = new Medium();
        write(medium.root);
        assertThat(medium.view().objectCount()).isEqualTo(1);
        write(progressed(medium.root, settled(0, medium.playlists, medium.key)));
        TaskView view = medium.view();
        assertThat(view.status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(view.objectCount()).isEqualTo(4);
        assertThat(view.completeCount()).isEqualTo(1);
        assertThat(view.progress()).isEqualTo(25);
        assertThat(service.objects(account, medium.root.taskId()).objects()).hasSize(1);
        write(medium.key, medium.playlists);
        assertThat(service.objects(account, medium.root.taskId()).objects())
                .extracting(ObjectView::object)
                .containsExactly(
                        "https://www.example.com/master0",
                        "https://www.example.com/playlist0",
                        "https://www.example.com/playlist1",
                        "https://www.example.com/key0");
    }

    @Test
    void children_are_listed_and_found_as_their_root_only() {
        Medium medium = new Medium();
        write(medium.complete().toArray(Message[]::new));
        assertThat(service.tasks(account, "").tasks())
                .extracting(TaskView::taskId)
                .containsExactly(medium.root.taskId());
        assertThat(service.tasks(account, "&object=https://www.example.com/segment1")
                        .tasks())
                .extracting(TaskView::taskId)
                .containsExactly(medium.root.taskId());
        TaskId child = medium.segments.taskId();
        assertThat(service.get("/tasks/" + child + "?account=" + account).status())
                .isEqualTo(404);
        assertThat(service.get("/objects?account=" + account + "&task=" + medium.root.taskId())
                        .json()
                        .get("objects"))
                .hasSize(7)
                .allSatisfy(object -> assertThat(object.get("taskId").asString())
                        .isEqualTo(medium.root.taskId().toString()));
    }

    @Test
    void objects_are_paged_over_the_root_and_its_children() {
        Medium medium = new Medium();
        write(medium.complete().toArray(Message[]::new));
        String path = "/tasks/" + medium.root.taskId() + "/objects?limit=3&account=" + account;
        List<Integer> indexes = new ArrayList<>();
        String token = "";
        while (token != null) {
            var page = service.get(path + token).as(io.freshet.contracts.task.ObjectPage.class);
            page.objects().forEach(object -> indexes.add(object.index()));
            token = page.nextPageToken() == null ? null : "&pageToken=" + page.nextPageToken();
        }
        assertThat(indexes).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void failed_child_fails_the_root_and_is_among_its_failed_objects() {
        Medium medium = new Medium();
        write(medium.complete().subList(0, 9).toArray(Message[]::new));
        assertThat(medium.view().status()).isEqualTo(TaskStatus.RUNNING);
        write(progressed(
                medium.segments, new ObjectState(2, Phase.FAILED, List.of("l2-a"), 1, "l2-a: answered 404", 0)));
        TaskView view = medium.view();
        assertThat(view.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(view.finishedAt()).isEqualTo(START);
        assertThat(view.failedCount()).isEqualTo(1);
        assertThat(view.laggingNodes()).containsExactly("l2-a");
        assertThat(service.get("/tasks/" + medium.root.taskId() + "/objects?status=failed&account=" + account)
                        .as(io.freshet.contracts.task.ObjectPage.class)
                        .objects())
                .extracting(ObjectView::object)
                .containsExactly("https://www.example.com/segment2");
        write(progressed(medium.segments, settled(2)));
        assertThat(medium.view().status()).isEqualTo(TaskStatus.COMPLETE);
        assertThat(medium.view().laggingNodes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void child_whose_command_cannot_be_read_counts_as_failed(long seed) {
        Medium medium = new Medium();
        List<Message> messages = new ArrayList<>(List.of(
                medium.root,
                progressed(medium.root, settled(0, medium.key)),
                new TaskFailed(medium.key.taskId(), account, "not of type push.v1", START)));
        Collections.shuffle(messages, new Random(seed));
        messages.forEach(this::write);
        TaskView view = medium.view();
        assertThat(view.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(view.completeCount()).isEqualTo(1);
        assertThat(view.failedCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void children_are_cancelled_with_their_root_and_given_back(long seed) {
        Medium medium = new Medium();
        List<Message> messages = new ArrayList<>(List.of(
                medium.root,
                medium.playlists,
                medium.key,
                progressed(medium.root, settled(0, medium.playlists, medium.key)),
                progressed(medium.key, settled(0)),
                new TaskCancelled(medium.root.taskId(), account, START)));
        Collections.shuffle(messages, new Random(seed));
        messages.forEach(this::write);
        assertThat(medium.view().status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(service.objects(account, medium.root.taskId()).objects())
                .extracting(ObjectView::status)
                .containsExactlyInAnyOrder(
                        TaskStatus.COMPLETE, TaskStatus.COMPLETE, TaskStatus.CANCELLED, TaskStatus.CANCELLED);
        List<Long> tasks =
                jdbc.sql("""
                        update task set refunded_unsent = true
                        where account = :account and cancelled_at is not null returning id
                        """).param("account", account).query(Long.class).list();
        charges.adjustUnsent(tasks);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(2);
    }

    @Test
    void child_of_another_accounts_root_is_refused() {
        Medium medium = new Medium();
        write(medium.root);
        PushCommand foreign = new PushCommand(
                medium.key.taskId(),
                "other-" + account,
                "www.example.com",
                medium.key.objects(),
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
                medium.root.taskId(),
                null);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> write(foreign))
                .isInstanceOf(io.freshet.task.TaskIdTakenException.class);
        assertThat(medium.view().objectCount()).isEqualTo(1);
    }

    private void write(Message... messages) {
        writer.write(MessageRecords.of(Instant.now(), messages));
    }

    private static ObjectsProgressed progressed(PushCommand command, ObjectState... states) {
        return new ObjectsProgressed(
                command.taskId(),
                command.account(),
                List.of(states),
                new TaskTotals(command.objects().size(), 0, 0, 0, 0),
                START,
                null,
                command.progressOf());
    }

    private static ObjectState settled(int index, PushCommand... children) {
        return new ObjectState(
                index,
                Phase.SETTLED,
                List.of(),
                1,
                null,
                10,
                List.of(children).stream()
                        .map(child ->
                                new ChildTask(child.taskId(), child.objects().size()))
                        .toList());
    }
}
