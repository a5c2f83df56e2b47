package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;

/**
 * Question what the nodes hold for a URL, which one worker answers.
 *
 * @param url in canonical form; of a domain of the account
 */
public record InspectUrl(UUID id, String account, String url, Instant at) implements Inspection {

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
