package io.freshet.push.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ChildScope;
import io.freshet.contracts.message.PushCommand;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChildCommandsTest {

    private static final TaskId ROOT = TaskId.parse("912345678901234567");
    private static final String MASTER = "https://www.h.example/all.m3u8";
    private static final List<String> DOMAINS = List.of("www.h.example", "*.h.example");

    private static PushCommand push(@Nullable TaskId root, ChildScope scope) {
        return new PushCommand(
                root == null ? ROOT : TaskId.parse("912345678901299999"),
                "acme",
                "www.h.example",
                List.of(MASTER),
                "l2",
                Map.of("Accept", List.of("a", "b")),
                Instant.EPOCH,
                null,
                null,
                Map.of(),
                null,
                List.of(),
                null,
                null,
                null,
                root,
                scope);
    }

    private static ChildCommands children(PushCommand push, String text) throws ManifestException {
        return ChildCommands.of(push, MASTER, text.getBytes(StandardCharsets.UTF_8), 1_000);
    }

    private static String master(String... playlists) {
        return "#EXTM3U\n"
                + List.of(playlists).stream()
                        .map(playlist -> "#EXT-X-STREAM-INF:BANDWIDTH=1\n" + playlist + '\n')
                        .collect(Collectors.joining());
    }

    @Test
    void children_are_grouped_by_domain_and_keep_the_options() throws Exception {
        ChildCommands found = children(
                push(null, new ChildScope(DOMAINS, 1024)),
                master("low.m3u8", "//b.h.example/hi.m3u8") + "#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"/KEY\"\n");
        assertThat(found.remark()).isNull();
        assertThat(found.commands())
                .extracting(PushCommand::domain, PushCommand::objects, command -> command.children() != null)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "www.h.example", List.of("https://www.h.example/low.m3u8"), true),
                        org.assertj.core.groups.Tuple.tuple(
                                "*.h.example", List.of("https://b.h.example/hi.m3u8"), true),
                        org.assertj.core.groups.Tuple.tuple(
                                "www.h.example", List.of("https://www.h.example/KEY"), false));
        assertThat(found.commands()).allSatisfy(command -> {
            assertThat(command.root()).isEqualTo(ROOT);
            assertThat(command.tier()).isEqualTo("l2");
            assertThat(command.headers()).isEqualTo(Map.of("Accept", List.of("a", "b")));
            assertThat(command.acceptedAt()).isEqualTo(Instant.EPOCH);
        });
    }

    @Test
    void same_manifest_makes_the_same_tasks_and_another_one_others() throws Exception {
        PushCommand push = push(null, new ChildScope(DOMAINS, 1024));
        TaskId first = children(push, master("a.m3u8")).commands().getFirst().taskId();
        assertThat(children(push, master("a.m3u8")).commands().getFirst().taskId())
                .isEqualTo(first);
        assertThat(children(push, master("b.m3u8")).commands().getFirst().taskId())
                .isNotEqualTo(first);
        assertThat(first.value() >> TaskId.LOW_BITS - 1 & 1).isEqualTo(1);
        assertThat(first).isGreaterThan(ROOT);
        assertThat(first.madeAt()).isBefore(ROOT.madeAt().plusSeconds(67));
    }

    @Test
    void large_manifest_makes_several_commands() throws Exception {
        String playlist =
                "#EXTM3U\n" + IntStream.range(0, 600).mapToObj(i -> i + ".ts\n").collect(Collectors.joining());
        assertThat(children(push(null, new ChildScope(DOMAINS, 1024)), playlist).commands())
                .extracting(command -> command.objects().size())
                .containsExactly(250, 250, 100);
    }

    @Test
    void foreign_and_invalid_urls_are_skipped_and_named() throws Exception {
        ChildCommands found = children(push(null, new ChildScope(DOMAINS, 1024)), """
                #EXTM3U
                #EXT-X-KEY:METHOD=AES-128,URI="file:///etc/passwd"
                a.ts
                http://169.254.169.254/latest
                //h.example/other-host.ts
                """);
        assertThat(found.commands())
                .extracting(PushCommand::objects)
                .containsExactly(List.of("https://www.h.example/a.ts"));
        assertThat(found.remark())
                .isEqualTo("3 URLs skipped, which no domain of the account covers or which are not valid, the first: "
                        + "file:///etc/passwd");
        assertThatThrownBy(() -> children(push(null, new ChildScope(DOMAINS, 1024)), "#EXTM3U\nhttp://10.0.0.1/a.ts\n"))
                .isInstanceOf(ManifestException.class)
                .hasMessage("names nothing of the account's domains: 1 URL skipped, which no domain of the account "
                        + "covers or which are not valid, the first: http://10.0.0.1/a.ts");
    }

    @Test
    void manifest_that_leads_to_itself_is_refused() {
        assertThatThrownBy(() -> children(push(null, new ChildScope(DOMAINS, 1024)), master("all.m3u8")))
                .hasMessage("leads to itself: it names " + MASTER);
        ChildScope below = new ChildScope(DOMAINS, 1024, 100, List.of("https://www.h.example/first.m3u8"));
        assertThatThrownBy(() -> children(push(ROOT, below), master("first.m3u8")))
                .hasMessage("leads to itself: it names https://www.h.example/first.m3u8");
    }

    @Test
    void manifests_are_followed_three_deep() throws Exception {
        ChildScope second = new ChildScope(DOMAINS, 1024, 100, List.of("https://www.h.example/1.m3u8"));
        PushCommand third =
                children(push(ROOT, second), master("3.m3u8")).commands().getFirst();
        assertThat(third.root()).isEqualTo(ROOT);
        ChildScope scope = java.util.Objects.requireNonNull(third.children());
        assertThat(scope.ancestors()).containsExactly("https://www.h.example/1.m3u8", MASTER);
        assertThatThrownBy(() -> ChildCommands.of(
                        third,
                        "https://www.h.example/3.m3u8",
                        master("4.m3u8").getBytes(StandardCharsets.UTF_8),
                        1_000))
                .hasMessage("is nested too deep: at most 3 manifests may follow each other");
    }

    @Test
    void manifests_share_what_is_left_of_the_limit() throws Exception {
        List<PushCommand> commands = children(
                        push(null, new ChildScope(DOMAINS, 1024)), master("a.m3u8", "b.m3u8", "c.m3u8"))
                .commands();
        assertThat(java.util.Objects.requireNonNull(commands.getFirst().children())
                        .limit())
                .isEqualTo(997 / 3);
    }
}
