package io.freshet.task.admission;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionBatch;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedBatch;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.contracts.admission.RefusedRequest;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.task.storage.ConnectionPools;
import io.freshet.task.web.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The endpoints {@code POST /admissions}, {@code POST /admissions/batches} and {@code GET /quotas}. */
@RestController
class AdmissionController {

    private final Admissions admissions;
    private final Charges charges;

    AdmissionController(Admissions admissions, Charges charges, ConnectionPools pools) {
        this.admissions = admissions;
        this.charges = charges.with(JdbcClient.create(pools.queries()));
    }

    @PostMapping("/admissions")
    ResponseEntity<?> admit(@RequestBody AdmissionRequest request) {
        check("", request);
        return switch (admissions.admit(request)) {
            case AdmissionDecision.Grant(var admission) -> ResponseEntity.ok(admission);
            case AdmissionDecision.KeyConflict(var conflict) ->
                ResponseEntity.status(HttpStatus.CONFLICT).body(conflict);
            case AdmissionDecision.QuotaRefusal(var exceeded) ->
                ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS).body(exceeded);
            case AdmissionDecision.RateRefusal(var exceeded) ->
                ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS).body(exceeded);
        };
    }

    @PostMapping("/admissions/batches")
    AdmittedBatch admit(@RequestBody AdmissionBatch group) {
        for (int i = 0; i < group.requests().size(); i++) {
            check("/requests/" + i, group.requests().get(i));
        }
        List<Admission> admitted = new ArrayList<>();
        List<RefusedRequest> refused = new ArrayList<>();
        admissions.decideBatch(group.requests()).forEach((id, decision) -> {
            switch (decision) {
                case AdmissionDecision.Grant(var admission) -> admitted.add(admission);
                case AdmissionDecision.KeyConflict(var conflict) ->
                    refused.add(new RefusedRequest(id, conflict, null, null));
                case AdmissionDecision.QuotaRefusal(var exceeded) ->
                    refused.add(new RefusedRequest(id, null, exceeded, null));
                case AdmissionDecision.RateRefusal(var exceeded) ->
                    refused.add(new RefusedRequest(id, null, null, exceeded));
            }
        });
        return new AdmittedBatch(admitted, refused);
    }

    @GetMapping("/quotas")
    List<QuotaUse> quotas(@RequestParam String account) {
        return charges.today(account);
    }

    /**
     * Checks a request.
     *
     * @param at JSON pointer to it
     */
    private static void check(String at, AdmissionRequest request) {
        if (request.quotaLimit() < 0) {
            throw new InvalidRequestException(at + "/quotaLimit", "must not be negative");
        }
        if (request.pushLimit() != null && request.pushLimit() < 0) {
            throw new InvalidRequestException(at + "/pushLimit", "must not be negative");
        }
        if (request.requestsPerMinute() != null && request.requestsPerMinute() < 1) {
            throw new InvalidRequestException(at + "/requestsPerMinute", "must be positive");
        }
        if (request.tasks().isEmpty()) {
            throw new InvalidRequestException(at + "/tasks", "must not be empty");
        }
        for (int i = 0; i < request.tasks().size(); i++) {
            TaskToAdmit task = request.tasks().get(i);
            if (task.taskId() == null || task.domain() == null) {
                throw new InvalidRequestException(at + "/tasks/" + i, "needs a taskId and a domain");
            }
            if (task.objectCount() < 1) {
                throw new InvalidRequestException(at + "/tasks/" + i + "/objectCount", "must be at least 1");
            }
            if (task.thenPush() != null && (request.pushLimit() == null || request.kind() != TaskKind.REFRESH)) {
                throw new InvalidRequestException(
                        at + "/tasks/" + i + "/thenPush", "needs a pushLimit and follows a refresh only");
            }
            if (task.pushCount() < 0 || task.thenPush() == null && task.pushCount() > 0) {
                throw new InvalidRequestException(
                        at + "/tasks/" + i + "/pushCount", "must not be negative, and needs thenPush");
            }
        }
        List<TaskId> ids = request.tasks().stream()
                .flatMap(task -> Stream.concat(Stream.of(task.taskId()), Stream.ofNullable(task.thenPush())))
                .toList();
        if (ids.stream().distinct().count() < ids.size()) {
            throw new InvalidRequestException(at + "/tasks", "must not name a task twice");
        }
    }
}
