package io.freshet.contracts.admission;

import java.util.List;

/**
 * What of an {@link AdmissionGroup} was admitted.
 *
 * @param admissions under the ids of their requests. Nothing has happened for the other requests of the group: each is to be asked for alone
 */
public record AdmittedGroup(List<Admission> admissions) {

    public AdmittedGroup {
        admissions = List.copyOf(admissions);
    }
}
