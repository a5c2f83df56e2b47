package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;

/**
 * Question what the nodes hold for a URL, which one worker answers.
 *
 * @param url in canonical form; of a domain of the account
 * @param origin whether to ask the origin, too, by a {@code HEAD} request through a node of the first tier
 */
public record InspectUrl(UUID id, String account, String url, boolean origin, Instant at) implements Inspection {

    public InspectUrl {
        requireNonNull(id, "id");
        requireNonNull(account, "account");
        requireNonNull(url, "url");
        requireNonNull(at, "at");
    }

    @Override
    @JsonIgnore
    public String key() {
        return id.toString();
    }
}
