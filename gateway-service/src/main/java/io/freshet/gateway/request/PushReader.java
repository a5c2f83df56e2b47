package io.freshet.gateway.request;

import io.freshet.fleet.Account;
import io.freshet.fleet.Fleet;
import io.freshet.fleet.Tier;
import io.freshet.gateway.problem.Fault;
import io.freshet.gateway.problem.ProblemException;
import java.util.Optional;
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
        return new CanonicalRequest.Push(
                objects.readPush(account, request.objects()), tier(request), headers.read(request.headers()));
    }

    private String tier(PushRequest request) {
        Optional<Tier> tier = request.tier() == null ? fleet.tiers().stream().findFirst() : fleet.tier(request.tier());
        return tier.map(Tier::name)
                .orElseThrow(() -> ProblemException.invalid(Fault.at(
                        "/tier",
                        "is no tier of the fleet; there are "
                                + fleet.tiers().stream().map(Tier::name).toList())));
    }
}
