package io.freshet.gateway.request;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.fleet.Quotas;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.SequencedMap;

/** A request that has been found right: every object canonical, once, under its domain. */
public sealed interface CanonicalRequest {

    /** Canonical URLs by the name of the domain that covers them, both in the order of the request. */
    SequencedMap<String, List<String>> objects();

    TaskKind kind();

    Selector selector();

    /** What the account may have of this a day. */
    int quota(Quotas quotas);

    /** The command for one domain's objects. */
    Command command(TaskId id, String account, String domain, Instant acceptedAt);

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

    /** Make content expire. */
    record Refresh(Selector selector, SequencedMap<String, List<String>> objects, boolean soft)
            implements CanonicalRequest {

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
        public Command command(TaskId id, String account, String domain, Instant acceptedAt) {
            return new RefreshCommand(id, account, domain, selector, objectsOf(objects, domain), soft, acceptedAt);
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
        public Command command(TaskId id, String account, String domain, Instant acceptedAt) {
            return new PushCommand(id, account, domain, objectsOf(objects, domain), tier, headers, acceptedAt);
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
