package io.freshet.contracts.admission;

import java.util.List;

/**
 * {@code POST /admissions/groups}: admit those of these requests that nothing speaks against, together. Answers 200 with an {@link AdmittedGroup}.
 *
 * @param requests each of which could be asked for alone with {@code POST /admissions}
 */
public record AdmissionGroup(List<AdmissionRequest> requests) {

    public AdmissionGroup {
        requests = List.copyOf(requests);
    }
}
