package io.freshet.gateway.request;

import io.freshet.gateway.problem.Fault;
import io.freshet.gateway.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Reads what an operator wants done with a node. Every method refuses a body that is wrong with a problem that names the place. */
@Component
public class NodeActionReader {

    private static final int MAX_REASON = 200;

    private final Duration longestRewind;

    /**
     * Bounds a rewind.
     *
     * @param commandRetention how long commands are kept: further back there is nothing to repeat
     */
    NodeActionReader(@Value("${freshet.topics.command-retention:7d}") Duration commandRetention) {
        this.longestRewind = commandRetention;
    }

    public MaintenanceRequest maintenance(byte[] body) {
        Fields fields = Fields.of(body);
        fields.require("reason");
        @Nullable String reason = fields.text("reason");
        fields.end();
        if (reason == null || reason.isBlank() || reason.length() > MAX_REASON || hasControls(reason)) {
            throw ProblemException.invalid(
                    Fault.at("/reason", "is not 1 to " + MAX_REASON + " characters without control characters"));
        }
        return new MaintenanceRequest(reason);
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    public RewindRequest rewind(byte[] body) {
        Fields fields = Fields.of(body);
        fields.require("by");
        @Nullable String text = fields.text("by");
        fields.end();
        @Nullable Duration by = durationOrNull(String.valueOf(text));
        if (by == null || !by.isPositive()) {
            throw ProblemException.invalid(Fault.at("/by", "is no positive duration such as PT10M"));
        }
        if (by.compareTo(longestRewind) > 0) {
            throw ProblemException.invalid(
                    Fault.at("/by", "is more than " + longestRewind + ", for which refreshes are kept"));
        }
        return new RewindRequest(by);
    }

    private static @Nullable Duration durationOrNull(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** For orders that say all in their path. */
    public void nothing(byte[] body) {
        if (body.length > 0) {
            throw ProblemException.invalid(Fault.at("", "is not empty, and this takes none"));
        }
    }
}
