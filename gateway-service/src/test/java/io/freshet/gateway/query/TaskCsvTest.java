package io.freshet.gateway.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

class TaskCsvTest {

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@sum", "\tx"})
    void formula_is_escaped(String description) {
        assertThat(csv(description)).contains(",'" + description + ',');
    }

    @Test
    void special_characters_stay_in_their_cell() {
        assertThat(csv("a \"b\", c\nd <script>")).contains(",\"a \"\"b\"\", c\nd <script>\",");
    }

    @Test
    void lines_end_with_crlf_and_nulls_are_empty() {
        String csv = csv(null);
        assertThat(csv)
                .endsWith("7,refresh,url,*.example.com,failed,50,2,1,1,l1-a l1-b,,1970-01-01T00:00:00Z,,,,,0,1\r\n");
        assertThat(csv.split("\r\n")).hasSize(2);
    }

    private static String csv(@org.jspecify.annotations.Nullable String description) {
        TaskView task = new TaskView(
                new TaskId(7),
                TaskKind.REFRESH,
                Selector.URL,
                "*.example.com",
                TaskStatus.FAILED,
                50,
                2,
                1,
                1,
                List.of("l1-a", "l1-b"),
                description,
                Instant.EPOCH,
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                1,
                0);
        return String.join(
                "",
                Objects.requireNonNull(TaskCsv.of(Flux.just(new TaskPage(List.of(task), null)))
                        .collectList()
                        .block()));
    }
}
