package io.freshet.gateway.request.json;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.MaintenanceRequest;
import io.freshet.gateway.request.RewindRequest;
import io.freshet.kafka.topic.TopicProperties;
import java.time.DateTimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reader of the bodies of node actions. An invalid body is a problem that names the place. */
@Component
public class NodeActionReader {

    private static final int MAX_REASON = 200;

    private final Duration maxRewind;

    /** Creates a reader that limits a rewind to the retention of the command topics. */
    NodeActionReader(TopicProperties topics) {
        this.maxRewind = topics.commandRetention();
    }

    public MaintenanceRequest maintenance(byte[] body) {
        StrictJsonObject object = StrictJsonObject.of(body);
        object.require("reason");
        @Nullable String reason = object.string("reason");
        object.verify();
        if (reason == null || reason.isBlank() || reason.length() > MAX_REASON || hasControlCharacters(reason)) {
            throw ProblemException.invalid(
                    Violation.at("/reason", "must be 1 to " + MAX_REASON + " characters without control characters"));
        }
        return new MaintenanceRequest(reason);
    }

    private static boolean hasControlCharacters(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    public RewindRequest rewind(byte[] body) {
        StrictJsonObject object = StrictJsonObject.of(body);
        object.require("by");
        @Nullable String text = object.string("by");
        object.verify();
        @Nullable Duration by = durationOrNull(String.valueOf(text));
        if (by == null || !by.isPositive()) {
            throw ProblemException.invalid(Violation.at("/by", "must be a positive duration such as PT10M"));
        }
        if (by.compareTo(maxRewind) > 0) {
            throw ProblemException.invalid(
                    Violation.at("/by", "is more than " + maxRewind + ", the retention of commands"));
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

    /** Requires an empty body. */
    public void requireNoBody(byte[] body) {
        if (body.length > 0) {
            throw ProblemException.invalid(Violation.at("", "must be empty"));
        }
    }
}
