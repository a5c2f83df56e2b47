package io.freshet.contracts.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.NodeState;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.inspection.CopyDetails;
import io.freshet.contracts.inspection.NodeCopy;
import io.freshet.contracts.inspection.OriginResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden files hold messages as other versions write and read them. They are never edited; a new version gets a new
 * file.
 */
class GoldenFileTest {

    private static final TaskId TASK = TaskId.parse("912345678901234567");
    private static final UUID REQUEST = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static final UUID INSPECTION = UUID.fromString("0b1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d");
    private static final Instant AT = Instant.parse("2026-11-22T10:15:30.123Z");

    static Stream<Message> messages() {
        return Stream.of(
                new RefreshCommand(
                        TASK,
                        "acme",
                        "www.example.com",
                        Selector.DIRECTORY,
                        List.of("https://www.example.com/a/", "https://www.example.com/b%20c/"),
                        true,
                        AT),
                new PushCommand(
                        TASK,
                        "acme",
                        "*.img.example.com",
                        List.of("https://a.img.example.com/1.png"),
                        "l2",
                        Map.of("Accept-Encoding", List.of("gzip", "br")),
                        AT),
                new ObjectsProgressed(
                        TASK,
                        "acme",
                        List.of(
                                new ObjectState(0, Phase.SETTLED, List.of(), 3, null, 0),
                                new ObjectState(1, Phase.FAILED, List.of("l1-a"), 3, "l1-a answered 401", 4096)),
                        new TaskTotals(2, 1, 1, 5, 6),
                        AT),
                new TaskFailed(TASK, "acme", "not of type refresh.v1", AT),
                new TaskCancelled(TASK, "acme", AT),
                new NodeChanged(
                        "l1-a",
                        11,
                        NodeState.LAGGING,
                        false,
                        AT,
                        "connection refused",
                        42,
                        AT.minusSeconds(5),
                        null,
                        false,
                        false,
                        3,
                        AT.plusSeconds(5),
                        Duration.ofSeconds(10)),
                new NodeFlushed("l1-a", AT, "kBqVfYXkQ7q0fLwWUyY0Tw", Map.of(0, 17L, 11, 42L), 3L),
                new HoldNode("l1-a", "ops", AT, "a new disk"),
                new ReleaseNode("l1-a", "ops", AT),
                new RewindNode("l1-a", "ops", AT, AT.minusSeconds(600)),
                new FlushNode("l1-a", "ops", AT),
                new AuditEntry(
                        INSPECTION,
                        AT,
                        "ops",
                        "ci",
                        "192.0.2.1",
                        "hold",
                        "l1-a",
                        Map.of("reason", "a new disk"),
                        AuditOutcome.ACCEPTED),
                new InspectUrl(INSPECTION, "acme", "https://www.example.com/a", true, AT),
                new UrlInspected(
                        INSPECTION,
                        "acme",
                        List.of(
                                NodeCopy.present(
                                        "l2-a",
                                        "l2",
                                        new CopyDetails(
                                                12.5,
                                                -1.0,
                                                60.0,
                                                4_096L,
                                                200,
                                                "\"v1\"",
                                                "Sun, 01 Nov 2026 12:00:00 GMT",
                                                "Accept-Language",
                                                "news sport",
                                                7L)),
                                NodeCopy.absent("l1-a", "l1"),
                                NodeCopy.unknown("l1-b", "l1", "did not answer: connection refused")),
                        new OriginResponse("l2-a", "answered 503 Backend fetch failed", null),
                        AT));
    }

    /** Fields that were added after the golden file: absent has the old meaning, and present survives a round trip. */
    static Stream<Message> withAddedFields() {
        return Stream.of(
                new RefreshCommand(
                        TASK,
                        "acme",
                        "www.example.com",
                        Selector.URL,
                        List.of("https://www.example.com/a"),
                        false,
                        AT,
                        new ThenPush(
                                TaskId.parse("912345678901234568"), "l2", Map.of("Accept", List.of("image/webp")))),
                new RefreshCommand(
                        TASK,
                        "acme",
                        "www.example.com",
                        Selector.DIRECTORY,
                        List.of("https://www.example.com/d/"),
                        false,
                        AT,
                        new ThenPush(
                                TaskId.parse("912345678901234568"),
                                "l2",
                                Map.of(),
                                List.of("https://www.example.com/d/a"))),
                new RefreshCommand(
                        TASK,
                        "acme",
                        "www.example.com",
                        Selector.URL,
                        List.of("https://www.example.com/a"),
                        false,
                        AT,
                        null,
                        REQUEST,
                        TaskId.parse("912345678901234568")),
                new PushCommand(
                        TASK,
                        "acme",
                        "www.example.com",
                        List.of("https://www.example.com/a"),
                        "l2",
                        Map.of(),
                        AT,
                        REQUEST,
                        TaskId.parse("912345678901234568")),
                new PushCommand(
                        TASK,
                        "acme",
                        "www.example.com",
                        List.of("https://www.example.com/a"),
                        "l2",
                        Map.of(),
                        AT,
                        REQUEST,
                        null,
                        Map.of("Accept-Language", List.of("de", "en")),
                        Redirects.FOLLOW,
                        List.of("www.example.com", "*.img.example.com"),
                        AT.plusSeconds(60),
                        new PushLimits(1, 20, 1_000_000L),
                        new PushTargets(List.of("l2", "l1"), "eu", List.of()),
                        null,
                        null),
                new PushCommand(
                        TASK,
                        "acme",
                        "www.example.com",
                        List.of("https://www.example.com/a.m3u8"),
                        "l2",
                        Map.of(),
                        AT,
                        REQUEST,
                        null,
                        Map.of(),
                        null,
                        List.of(),
                        null,
                        null,
                        null,
                        TaskId.parse("912345678901234568"),
                        new ChildScope(
                                List.of("www.example.com", "*.example.org"),
                                1024,
                                300,
                                List.of("https://www.example.com/all.m3u8"))),
                new ObjectsProgressed(
                        TASK,
                        "acme",
                        List.of(new ObjectState(
                                0, Phase.SETTLED, List.of(), 1, null, 9, List.of(new ChildTask(TASK, 3)))),
                        new TaskTotals(1, 1, 0, 1, 1),
                        AT,
                        null,
                        TASK),
                new FlushNode("l1-a", "freshet", AT, "l2-a was flushed"),
                new NodeChanged("l1-a", 11, NodeState.LAGGING, true, AT, "held", 0, null, AT, true, true),
                new ObjectsProgressed(
                        TASK,
                        "acme",
                        List.of(
                                new ObjectState(0, Phase.SETTLED, List.of(), 4, null, 0),
                                new ObjectState(1, Phase.FAILED, List.of("l1-c"), 4, "l1-c answered 401", 0)),
                        new TaskTotals(2, 1, 1, 7, 8),
                        AT,
                        new NodeAnswers(
                                Map.of("l2-a", bits(0, 1)),
                                Map.of("l1-a", bits(1)),
                                Map.of("l1-b", bits(0, 1)),
                                Map.of("l1-c", bits(1)),
                                Map.of(),
                                Map.of())));
    }

    private static BitSet bits(int... positions) {
        BitSet bits = new BitSet();
        IntStream.of(positions).forEach(bits::set);
        return bits;
    }

    @ParameterizedTest
    @MethodSource("withAddedFields")
    void fields_added_later_survive_the_way_through_the_log(Message message) {
        assertThat(MessageFormat.read(MessageFormat.typeOf(message), MessageFormat.write(message)))
                .isEqualTo(message);
    }

    @Test
    void node_state_without_added_fields_is_read() {
        byte[] old = bytes("""
                {"node": "l1-a", "partition": 11, "state": "in_sync", "since": "2026-11-22T10:15:30.123Z"}""");
        assertThat(MessageFormat.read("node-changed.v1", old))
                .isEqualTo(new NodeChanged("l1-a", 11, NodeState.IN_SYNC, false, AT, null, 0, null, null));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void is_written_as_the_golden_file_says(Message message) throws IOException {
        assertThat(JsonMapping.mapper().readTree(MessageFormat.write(message)))
                .isEqualTo(JsonMapping.mapper().readTree(golden(message)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void is_read_from_the_golden_file(Message message) throws IOException {
        assertThat(MessageFormat.read(MessageFormat.typeOf(message), golden(message)))
                .isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void is_read_when_a_later_version_has_added_fields(Message message) throws IOException {
        String later = new String(golden(message), StandardCharsets.UTF_8).replaceFirst("\\{", "{\"added\":[1],");
        assertThat(MessageFormat.read(MessageFormat.typeOf(message), later.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(message);
    }

    @Test
    void invalid_message_is_refused_with_the_reason() {
        assertThatThrownBy(() -> MessageFormat.read(null, bytes("{}")))
                .isInstanceOf(UnreadableMessageException.class)
                .hasMessageContaining("no header freshet-type");
        assertThatThrownBy(() -> MessageFormat.read("refresh.v99", bytes("{}")))
                .isInstanceOf(UnreadableMessageException.class)
                .hasMessageContaining("refresh.v99");
        assertThatThrownBy(() -> MessageFormat.read("refresh.v1", bytes("\u0000\u0001")))
                .isInstanceOf(UnreadableMessageException.class);
        assertThatThrownBy(() -> MessageFormat.read("refresh.v1", bytes("null")))
                .isInstanceOf(UnreadableMessageException.class);
        assertThatThrownBy(() -> MessageFormat.read("refresh.v1", null)).isInstanceOf(UnreadableMessageException.class);
        assertThatThrownBy(() -> MessageFormat.read("refresh.v1", bytes("{\"taskId\":\"7\"}")))
                .isInstanceOf(UnreadableMessageException.class)
                .hasMessageContaining("account");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] golden(Message message) throws IOException {
        String name = "/golden/" + MessageFormat.typeOf(message) + ".json";
        try (InputStream file = GoldenFileTest.class.getResourceAsStream(name)) {
            assertThat(file).as(name).isNotNull();
            return file.readAllBytes();
        }
    }
}
