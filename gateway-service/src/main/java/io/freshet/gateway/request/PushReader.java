package io.freshet.gateway.request;

import io.freshet.fleet.Account;
import io.freshet.fleet.Fleet;
import io.freshet.fleet.Tier;
import io.freshet.gateway.problem.Fault;
import io.freshet.gateway.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads a push: its objects, the tier it warms, and the headers it fetches with. */
@Component
class PushReader {

    private final ObjectReader objects;
    private final PushHeaders headers;
    private final Fleet fleet;

    PushReader(ObjectReader objects, PushHeaders headers, Fleet fleet) {
        this.objects = objects;
        this.headers = headers;
        this.fleet = fleet;
    }

    CanonicalRequest.Push read(Account account, PushRequest request) {
        SequencedMap<String, List<String>> urls = objects.readPush(account, request.objects());
        Warming warming = warming("", request.tier(), request.headers());
        return new CanonicalRequest.Push(urls, warming.tier(), warming.headers());
    }

    /** What each entry would come to; the rest must be right. */
    CheckedObjects check(Account account, PushRequest request) {
        warming("", request.tier(), request.headers());
        return objects.checkPush(account, request.objects());
    }

    /** The push that follows a refresh. */
    Warming readThenPush(RefreshRequest.ThenPush request) {
        return warming("/thenPush", request.tier(), request.headers());
    }

    private Warming warming(String place, @Nullable String tier, Map<String, List<String>> names) {
        return new Warming(tier(place + "/tier", tier), headers.read(place + "/headers", names));
    }

    private String tier(String place, @Nullable String name) {
        Optional<Tier> tier = name == null ? fleet.tiers().stream().findFirst() : fleet.tier(name);
        return tier.map(Tier::name)
                .orElseThrow(() -> ProblemException.invalid(Fault.at(
                        place,
                        "is no tier of the fleet; there are "
                                + fleet.tiers().stream().map(Tier::name).toList())));
    }
}
