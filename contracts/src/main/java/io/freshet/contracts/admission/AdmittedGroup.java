package io.freshet.contracts.admission;

import java.util.List;

/**
 * Admitted requests of an {@link AdmissionGroup}.
 *
 * @param admissions admissions by request id. The other requests of the group are unchanged and must be admitted one by
 *     one
 */
public record AdmittedGroup(List<Admission> admissions) {

    public AdmittedGroup {
        admissions = List.copyOf(admissions);
    }
}
