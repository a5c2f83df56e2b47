package io.freshet.task.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import io.freshet.contracts.task.TaskOptions;
import io.freshet.contracts.task.TaskOptions.FollowingPush;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Options that the task store keeps, so that the same can be requested again. */
@ServiceTest
class RecordedOptionsTest {

    private static final Map<String, List<String>> HEADERS = Map.of("Accept-Encoding", List.of("gzip", "br"));

    @Autowired
    CommandWriter writer;

    @Autowired
    Service service;

    @Autowired
    JdbcClient jdbc;

    final String account = "account-" + UUID.randomUUID();

    @Test
    void a_refresh_keeps_its_soft_option_and_its_push() {
        TaskId refresh = TaskIds.next();
        TaskId push = TaskIds.next();
        service.admitted(Service.thenPush(Service.request(account, null, 5, refresh, 1), 5, push));
        assertThat(service.task(account, refresh).options())
                .as("of an admission")
                .isNull();

        RefreshCommand command = refresh(refresh, true, new ThenPush(push, "l1", HEADERS));
        write(command);
        write(command);

        assertThat(service.task(account, refresh).options())
                .isEqualTo(new TaskOptions(true, new FollowingPush(push, "l1", HEADERS), null, null));
        assertThat(service.task(account, push).options()).isEqualTo(new TaskOptions(null, null, "l1", HEADERS));
        assertThat(service.task(account, push).follows()).isEqualTo(refresh);
        assertThat(service.tasks(account, "").tasks())
                .extracting(task -> task.options() != null)
                .containsExactly(true, true);
    }

    @Test
    void a_directory_keeps_the_urls_of_its_push_which_lists_leave_out() {
        TaskId refresh = TaskIds.next();
        TaskId push = TaskIds.next();
        List<String> urls = List.of("https://www.example.com/d/a", "https://www.example.com/d/b");
        Command command = new RefreshCommand(
                refresh,
                account,
                "www.example.com",
                Selector.DIRECTORY,
                List.of("https://www.example.com/d/"),
                false,
                Instant.now(),
                new ThenPush(push, "l1", HEADERS, urls));
        write(command);
        write(command);

        assertThat(service.task(account, refresh).options())
                .isEqualTo(new TaskOptions(false, new FollowingPush(push, "l1", HEADERS, urls), null, null));
        assertThat(service.task(account, push).objectCount()).isEqualTo(2);
        assertThat(service.task(account, push).type()).isEqualTo(Selector.URL);
        assertThat(service.used(account, QuotaKind.DIRECTORY)).isEqualTo(1);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(2);
        assertThat(service.tasks(account, "&kind=refresh").tasks())
                .extracting(task -> task.options())
                .containsExactly(new TaskOptions(false, new FollowingPush(push, "l1", HEADERS), null, null));
    }

    @Test
    void a_push_keeps_its_tier_and_headers() {
        TaskId push = TaskIds.next();
        write(new PushCommand(
                push, account, "www.example.com", List.of("https://www.example.com/a"), "l2", HEADERS, Instant.now()));
        assertThat(service.task(account, push).options()).isEqualTo(new TaskOptions(null, null, "l2", HEADERS));
        assertThat(service.task(account, push).follows()).isNull();
    }

    @Test
    void a_task_without_stored_options_has_none() {
        TaskId task = TaskIds.next();
        write(refresh(task, false, null));
        jdbc.sql("update task set options = null where id = ?")
                .param(task.value())
                .update();
        assertThat(service.task(account, task).options()).isNull();
    }

    private RefreshCommand refresh(TaskId id, boolean soft, @org.jspecify.annotations.Nullable ThenPush push) {
        return new RefreshCommand(
                id,
                account,
                "www.example.com",
                Selector.URL,
                List.of("https://www.example.com/a"),
                soft,
                Instant.now(),
                push);
    }

    private void write(Command command) {
        writer.write(Stream.of(command)
                .flatMap(one -> RecordedCommand.of(one, Instant.now()))
                .toList());
    }
}
