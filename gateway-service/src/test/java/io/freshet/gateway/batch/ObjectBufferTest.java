package io.freshet.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.gateway.batch.ObjectBuffer.DomainObjects;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectBufferTest {

    private final List<DomainObjects> tasks = new ArrayList<>();

    @Test
    void domain_becomes_a_task_when_it_has_the_most_objects() {
        ObjectBuffer buffer = new ObjectBuffer(2, 1_000_000);
        buffer.add("a", "https://a/1", 1, tasks::add);
        buffer.add("b", "https://b/1", 2, tasks::add);
        assertThat(buffer.add("a", "https://a/1", 3, tasks::add))
                .as("a duplicate")
                .isFalse();
        assertThat(tasks).isEmpty();
        buffer.add("a", "https://a/2", 4, tasks::add);
        assertThat(tasks).containsExactly(new DomainObjects("a", List.of("https://a/1", "https://a/2"), List.of(1, 4)));
        assertThat(buffer.add("a", "https://a/1", 5, tasks::add))
                .as("of another task")
                .isTrue();
        tasks.clear();
        buffer.removeAll(tasks::add);
        assertThat(tasks).extracting(DomainObjects::domain).containsExactly("b", "a");
    }

    @Test
    void all_domains_become_tasks_when_the_buffer_is_full() {
        ObjectBuffer buffer = new ObjectBuffer(1_000, 10_000);
        for (int i = 0; i < 1_000; i++) {
            String domain = "domain-" + i % 100;
            buffer.add(domain, "https://" + domain + '/' + i, i, tasks::add);
        }
        buffer.removeAll(tasks::add);
        assertThat(tasks).hasSizeGreaterThan(500);
        assertThat(tasks.stream().flatMap(task -> task.objects().stream()))
                .hasSize(1_000)
                .doesNotHaveDuplicates();
    }

    @Test
    void same_lines_become_the_same_tasks() {
        assertThat(split()).isEqualTo(split());
    }

    private static List<DomainObjects> split() {
        List<DomainObjects> split = new ArrayList<>();
        ObjectBuffer buffer = new ObjectBuffer(10, 8_000);
        for (int i = 0; i < 500; i++) {
            buffer.add("domain-" + i * 31 % 17, "https://x/" + i * 13 % 400, i, split::add);
        }
        buffer.removeAll(split::add);
        return split;
    }
}
