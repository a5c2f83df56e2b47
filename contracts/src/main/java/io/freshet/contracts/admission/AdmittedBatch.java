package io.freshet.contracts.admission;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decisions on requests of an {@link AdmissionBatch}. The requests that it does not name are unchanged and must be
 * admitted one by one.
 *
 * @param admissions admissions by request id
 * @param refusals requests that were refused; none if task-service does not send the field
 */
public record AdmittedBatch(List<Admission> admissions, List<RefusedRequest> refusals) {

    public AdmittedBatch(List<Admission> admissions, @Nullable List<RefusedRequest> refusals) {
        this.admissions = List.copyOf(admissions);
        this.refusals = refusals == null ? List.of() : List.copyOf(refusals);
    }

    /** Decisions without a refusal. */
    public AdmittedBatch(List<Admission> admissions) {
        this(admissions, List.of());
    }
}
