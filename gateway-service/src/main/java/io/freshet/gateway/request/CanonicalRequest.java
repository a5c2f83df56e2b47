package io.freshet.gateway.request;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import io.freshet.fleet.Quotas;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A request that has been found right: every object canonical, once, under its domain. */
public sealed interface CanonicalRequest {

    /** Canonical URLs by the name of the domain that covers them, both in the order of the request. */
    SequencedMap<String, List<String>> objects();

    TaskKind kind();

    Selector selector();

    /** What the account may have of this a day. */
    int quota(Quotas quotas);

    /** Whether every task has a push that follows it. */
    default boolean pushFollows() {
        return false;
    }

    /** The command of a task that has been admitted for it. */
    Command command(AdmittedTask task, String account, Instant acceptedAt);

    default int objectCount() {
        return objects().values().stream().mapToInt(List::size).sum();
    }

    /** SHA-256 in hex over all that the request asks for: two requests with the same hash ask for the same. */
    default String hash() {
        try {
            byte[] json = JsonMapping.mapper().writeValueAsBytes(List.of(kind(), selector(), this));
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }

    /**
     * Make content expire.
     *
     * @param thenPush the push that follows; null for none, and then it is no part of the hash
     */
    record Refresh(
            Selector selector,
            SequencedMap<String, List<String>> objects,
            boolean soft,
            @Nullable Warming thenPush) implements CanonicalRequest {

        @Override
        public TaskKind kind() {
            return TaskKind.REFRESH;
        }

        @Override
        public int quota(Quotas quotas) {
            return switch (selector) {
                case URL -> quotas.url();
                case DIRECTORY -> quotas.directory();
            };
        }

        @Override
        public boolean pushFollows() {
            return thenPush != null;
        }

        @Override
        public Command command(AdmittedTask task, String account, Instant acceptedAt) {
            return new RefreshCommand(
                    task.taskId(),
                    account,
                    task.domain(),
                    selector,
                    objectsOf(objects, task.domain()),
                    soft,
                    acceptedAt,
                    thenPush(task));
        }

        private @Nullable ThenPush thenPush(AdmittedTask task) {
            return thenPush == null
                    ? null
                    : new ThenPush(
                            requireNonNull(task.thenPush(), "the id of the push that follows"),
                            thenPush.tier(),
                            thenPush.headers());
        }
    }

    /** Warm content. */
    record Push(SequencedMap<String, List<String>> objects, String tier, SequencedMap<String, List<String>> headers)
            implements CanonicalRequest {

        @Override
        public TaskKind kind() {
            return TaskKind.PUSH;
        }

        @Override
        public Selector selector() {
            return Selector.URL;
        }

        @Override
        public int quota(Quotas quotas) {
            return quotas.push();
        }

        @Override
        public Command command(AdmittedTask task, String account, Instant acceptedAt) {
            return new PushCommand(
                    task.taskId(),
                    account,
                    task.domain(),
                    objectsOf(objects, task.domain()),
                    tier,
                    headers,
                    acceptedAt);
        }
    }

    private static List<String> objectsOf(SequencedMap<String, List<String>> objects, String domain) {
        List<String> ofDomain = objects.get(domain);
        if (ofDomain == null) {
            throw new IllegalStateException("the request has no objects of " + domain);
        }
        return ofDomain;
    }
}
