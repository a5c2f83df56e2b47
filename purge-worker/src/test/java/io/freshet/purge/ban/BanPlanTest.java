package io.freshet.purge.ban;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.ResolvedBan;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BanPlanTest {

    private static ResolvedBan directory(String host, String path, boolean soft) {
        return new ResolvedBan(Purge.of(Selector.DIRECTORY, "http://" + host + path, soft), host, soft, path, null);
    }

    private static ResolvedBan host(String host, boolean soft, @Nullable Long firstAt) {
        Purge purge = Purge.of(Selector.HOST, host, soft);
        return new ResolvedBan(firstAt == null ? purge : purge.second(firstAt), host, soft, null, null);
    }

    private static ResolvedBan tag(String host, String tag) {
        return new ResolvedBan(Purge.of(Selector.TAG, host + '#' + tag, false), host, false, tag, null);
    }

    private static List<List<ResolvedBan>> plan(ResolvedBan... bans) {
        return BanPlan.of(List.of(bans), Function.identity());
    }

    @Test
    void bans_of_one_host_are_one_and_those_of_another_host_are_apart() {
        ResolvedBan a = directory("a.test", "/a/", false);
        ResolvedBan b = directory("a.test", "/b/", false);
        ResolvedBan other = directory("b.test", "/a/", false);
        assertThat(plan(a, other, b)).containsExactlyInAnyOrder(List.of(a, b), List.of(other));
    }

    @Test
    void soft_and_hard_bans_and_tags_and_directories_are_apart() {
        assertThat(plan(
                        directory("a.test", "/a/", false),
                        directory("a.test", "/b/", true),
                        tag("a.test", "t"),
                        tag("a.test", "u")))
                .hasSize(3);
    }

    @Test
    void ban_is_split_before_it_is_too_long() {
        List<ResolvedBan> tags = IntStream.range(0, 10_000)
                .mapToObj(i -> tag("a.test", "tag-%05d".formatted(i)))
                .toList();
        List<List<ResolvedBan>> plan = BanPlan.of(tags, Function.identity());
        assertThat(plan).hasSizeLessThan(30);
        assertThat(plan.stream().flatMap(List::stream)).containsExactlyElementsOf(tags);
        assertThat(plan)
                .allSatisfy(group -> assertThat(
                                group.stream().mapToInt(ResolvedBan::length).sum())
                        .isLessThanOrEqualTo(BanPlan.MAX_LENGTH));
    }

    @Test
    void ban_of_a_host_comes_first_and_covers_what_is_below_it() {
        ResolvedBan host = host("a.test", false, null);
        ResolvedBan below = directory("a.test", "/a/", true);
        ResolvedBan tagged = tag("a.test", "t");
        ResolvedBan other = directory("b.test", "/a/", false);
        assertThat(plan(below, other, tagged, host))
                .containsExactlyInAnyOrder(List.of(host, below, tagged), List.of(other));
    }

    @Test
    void soft_host_covers_no_hard_directory_and_a_second_one_no_first_one() {
        ResolvedBan hard = directory("a.test", "/a/", false);
        assertThat(plan(host("a.test", true, null), hard)).hasSize(2);
        assertThat(plan(host("a.test", false, System.nanoTime()), hard)).hasSize(2);
    }

    @Test
    void equal_hosts_are_one_ban() {
        assertThat(plan(host("a.test", false, null), host("a.test", false, null)))
                .hasSize(1);
    }

    @Test
    void host_that_the_node_maps_to_another_covers_nothing_of_its_own_name() {
        ResolvedBan mapped = new ResolvedBan(Purge.of(Selector.HOST, "a.test", false), "b.test", false, null, null);
        assertThat(plan(mapped, directory("a.test", "/a/", false))).hasSize(2);
    }
}
