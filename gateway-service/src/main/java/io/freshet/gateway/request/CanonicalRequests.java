package io.freshet.gateway.request;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskKind;
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

/** The rules of what may be asked for, in whatever form it has come: from a request to its canonical form, or to a problem that names all faults. */
@Component
public class CanonicalRequests {

    private final ObjectReader objects;
    private final PushHeaders headers;
    private final Fleet fleet;

    CanonicalRequests(ObjectReader objects, PushHeaders headers, Fleet fleet) {
        this.objects = objects;
        this.headers = headers;
        this.fleet = fleet;
    }

    /**
     * @throws ProblemException if anything is wrong; then nothing of it is done
     */
    public CanonicalRequest.Refresh refresh(Account account, RefreshRequest request) {
        RefreshRequest.ThenPush thenPush = request.thenPush();
        if (thenPush == null) {
            return new CanonicalRequest.Refresh(
                    request.type(), objects.read(account, request.type(), request.objects()), request.soft(), null);
        }
        return new CanonicalRequest.Refresh(
                request.type(),
                objects.readWithPush(account, request.objects()),
                request.soft(),
                warming("/thenPush", thenPush.tier(), thenPush.headers()));
    }

    /**
     * @throws ProblemException if anything is wrong; then nothing of it is done
     */
    public CanonicalRequest.Push push(Account account, PushRequest request) {
        SequencedMap<String, List<String>> urls = objects.readPush(account, request.objects());
        Warming warming = warming("", request.tier(), request.headers());
        return new CanonicalRequest.Push(urls, warming.tier(), warming.headers());
    }

    /**
     * What would become of a refresh. Nothing does.
     *
     * @throws ProblemException if anything but its objects is wrong
     */
    public Checked check(Account account, RefreshRequest request) {
        RefreshRequest.ThenPush thenPush = request.thenPush();
        if (thenPush == null) {
            return Checked.of(
                    objects.check(account, request.type(), request.objects()),
                    QuotaKind.of(TaskKind.REFRESH, request.type()));
        }
        warming("/thenPush", thenPush.tier(), thenPush.headers());
        return Checked.of(objects.checkWithPush(account, request.objects()), QuotaKind.URL, QuotaKind.PUSH);
    }

    /**
     * What would become of a push. Nothing does.
     *
     * @throws ProblemException if anything but its objects is wrong
     */
    public Checked check(Account account, PushRequest request) {
        warming("", request.tier(), request.headers());
        return Checked.of(objects.checkPush(account, request.objects()), QuotaKind.PUSH);
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
