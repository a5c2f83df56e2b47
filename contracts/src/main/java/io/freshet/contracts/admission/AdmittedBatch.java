package io.freshet.contracts.admission;

import java.util.List;

/**
 * Admitted requests of an {@link AdmissionBatch}.
 *
 * @param admissions admissions by request id. The other requests of the batch are unchanged and must be admitted one by
 *     one
 */
public record AdmittedBatch(List<Admission> admissions) {

    public AdmittedBatch {
        admissions = List.copyOf(admissions);
    }
}
