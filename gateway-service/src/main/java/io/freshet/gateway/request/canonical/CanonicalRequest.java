package io.freshet.gateway.request.canonical;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.Sha256;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.message.Command;
import io.freshet.fleet.account.Account;
import java.util.List;
import java.util.SequencedMap;

/** A valid request with every object in canonical form, once, by domain. */
public sealed interface CanonicalRequest permits CanonicalRefresh, CanonicalPush {

    /** Canonical objects by the name of their domain, both in the order of the request. */
    SequencedMap<String, List<String>> objects();

    TaskKind kind();

    Selector selector();

    /** Returns the limit of the daily quota that the request is charged to, in objects. */
    default int quota(Account account) {
        return account.quota(QuotaKind.of(kind(), selector()));
    }

    /** Returns whether a push follows some task. */
    default boolean pushFollows() {
        return false;
    }

    /** Returns the objects of the push that follows the task of a domain; empty if none does. */
    default List<String> pushedObjectsOf(String domain) {
        return List.of();
    }

    /** Returns the command of a task of this admission. */
    Command command(AdmittedTask task, Account account, Admission admission);

    /** Returns this request as a retry of failed objects of this task. */
    CanonicalRequest retrying(TaskId task);

    default int objectCount() {
        return objects().values().stream().mapToInt(List::size).sum();
    }

    /** Returns the SHA-256 of all that the request asks for, in hexadecimal: equal requests have equal hashes. */
    default String hash() {
        return Sha256.hex(JsonMapping.mapper().writeValueAsBytes(List.of(kind(), selector(), this)));
    }

    /** Returns the objects of one domain. */
    default List<String> objectsOf(String domain) {
        List<String> ofDomain = objects().get(domain);
        if (ofDomain == null) {
            throw new IllegalStateException("the request has no objects of " + domain);
        }
        return ofDomain;
    }
}
