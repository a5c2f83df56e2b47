package io.freshet.purge.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.purge.ban.BanRate;
import io.freshet.purge.driver.BanJoiner;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BanQueueTest implements BanQueue.BanTarget {

    private final PurgeDriver driver =
            PurgeDriver.of(new Node("l1-a", URI.create("http://10.0.0.1:80"), new Driver.Varnish("varnish", "s3cret")));
    private final List<PurgeAttempt> sent = new CopyOnWriteArrayList<>();
    private final List<PurgeAttempt> failed = new CopyOnWriteArrayList<>();
    private final List<PurgeAttempt> confirmed = new CopyOnWriteArrayList<>();
    private final CountDownLatch firstMayPass = new CountDownLatch(1);
    private volatile boolean answers = true;
    private volatile @Nullable BanJoiner joiner = driver.banJoiner();

    private final BanQueue queue = new BanQueue(new BanRate(60_000), this);

    @AfterEach
    void close() {
        firstMayPass.countDown();
        queue.close();
    }

    @Override
    public @Nullable BanJoiner joiner() {
        return joiner;
    }

    @Override
    public void send(PurgeAttempt attempt) {
        sent.add(attempt);
        try {
            firstMayPass.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public PurgeAttempt join(List<JoinedBan.Member> parts) {
        return new JoinedBan(
                requireNonNull(driver.banJoiner()), parts, sent::add, (attempt, _, _) -> confirmed.add(attempt));
    }

    @Override
    public List<PurgeAnswer> answers(List<PurgeRequest> requests) throws IOException {
        if (!answers) {
            throw new IOException("no answer");
        }
        List<PurgeAnswer> all = new ArrayList<>();
        for (PurgeRequest request : requests) {
            String path = text(request).split(" ")[1];
            all.add(
                    path.contains("bad")
                            ? new PurgeAnswer(400, "Bad", Map.of("freshet-node", "l1-a"))
                            : new PurgeAnswer(
                                    200,
                                    "Resolved",
                                    Map.of(
                                            "freshet-node",
                                            "l1-a",
                                            "freshet-host",
                                            "a.test",
                                            "freshet-pattern",
                                            "^" + path)));
        }
        return all;
    }

    @Override
    public void failed(PurgeAttempt attempt, String cause) {
        failed.add(attempt);
    }

    private static String text(PurgeRequest request) {
        return new String(request.encoded(), StandardCharsets.US_ASCII);
    }

    private RecordedAttempt add(String account, Selector selector, String object) {
        RecordedAttempt attempt = new RecordedAttempt(account, Purge.of(selector, object, false));
        queue.add(attempt);
        return attempt;
    }

    private RecordedAttempt addDirectory(String path) {
        return add("acme", Selector.DIRECTORY, "http://a.test" + path);
    }

    /** Sends a ban that others wait behind. */
    private void holdWithFirst() {
        addDirectory("/first/");
        await().until(() -> !sent.isEmpty());
    }

    private List<PurgeAttempt> sentAfterFirst(int count) {
        firstMayPass.countDown();
        await().until(() -> sent.size() == count + 1 && queue.isEmpty());
        return sent.subList(1, sent.size());
    }

    @Test
    void single_ban_is_sent_as_it_is() {
        RecordedAttempt only = addDirectory("/a/");
        await().until(() -> sent.equals(List.of(only)));
    }

    @Test
    void bans_that_wait_are_sent_by_one_request_and_all_are_confirmed_by_its_answer() {
        holdWithFirst();
        RecordedAttempt a = addDirectory("/a/");
        RecordedAttempt b = addDirectory("/b/");
        PurgeAttempt joined = sentAfterFirst(1).getFirst();
        assertThat(text(joined.request(driver))).contains("Freshet-Match: ^(?:/a/.*|/b/.*)$");
        joined.answered(PurgeOutcome.Gone.BANNED);
        assertThat(confirmed).containsExactly(a, b);
    }

    @Test
    void ten_thousand_tags_are_less_than_a_hundred_bans() {
        holdWithFirst();
        IntStream.range(0, 10_000).forEach(i -> add("acme", Selector.TAG, "a.test#product-" + i));
        firstMayPass.countDown();
        await().until(queue::isEmpty);
        await().until(() -> sent.stream().mapToInt(BanQueueTest::parts).sum() == 10_001);
        assertThat(sent).hasSizeLessThan(100);
    }

    private static int parts(PurgeAttempt attempt) {
        List<PurgeAttempt> released = new ArrayList<>();
        if (attempt instanceof JoinedBan joined) {
            joined.forEachMember(released::add);
            return released.size();
        }
        return 1;
    }

    @Test
    void ban_that_the_node_cannot_resolve_is_sent_by_itself_and_delays_no_other() {
        holdWithFirst();
        RecordedAttempt bad = addDirectory("/bad/");
        addDirectory("/a/");
        addDirectory("/b/");
        assertThat(sentAfterFirst(2)).contains(bad).hasAtLeastOneElementOfType(JoinedBan.class);
    }

    @Test
    void joined_ban_that_the_node_refuses_is_sent_again_in_parts() {
        holdWithFirst();
        RecordedAttempt a = addDirectory("/a/");
        RecordedAttempt b = addDirectory("/b/");
        PurgeAttempt joined = sentAfterFirst(1).getFirst();
        joined.answered(new PurgeOutcome.Refused("answered 400"));
        assertThat(sent).endsWith(a, b);
        assertThat(confirmed).isEmpty();
    }

    @Test
    void accounts_take_turns_and_are_not_joined() {
        holdWithFirst();
        IntStream.range(0, 200).forEach(i -> add("acme", Selector.TAG, "a.test#t" + i));
        RecordedAttempt other = add("other", Selector.TAG, "a.test#t1");
        assertThat(sentAfterFirst(3).get(1)).isEqualTo(other);
    }

    @Test
    void node_that_does_not_answer_fails_what_waits() {
        answers = false;
        holdWithFirst();
        RecordedAttempt a = addDirectory("/a/");
        RecordedAttempt b = addDirectory("/b/");
        firstMayPass.countDown();
        await().until(() -> failed.equals(List.of(a, b)));
    }

    @Test
    void bans_of_a_node_with_an_older_configuration_are_not_joined() {
        joiner = null;
        holdWithFirst();
        RecordedAttempt a = addDirectory("/a/");
        RecordedAttempt b = addDirectory("/b/");
        assertThat(sentAfterFirst(2)).containsExactly(a, b);
    }

    @Test
    void drained_bans_are_not_sent() {
        holdWithFirst();
        RecordedAttempt a = addDirectory("/a/");
        assertThat(queue.drain()).containsExactly(a);
        assertThat(queue.isEmpty()).isTrue();
    }
}
