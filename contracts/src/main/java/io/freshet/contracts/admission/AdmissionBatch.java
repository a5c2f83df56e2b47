package io.freshet.contracts.admission;

import java.util.List;

/**
 * Request body of {@code POST /admissions/batches}, which admits in one step all requests that are new and fit quota
 * and rate limit. Answers 200 with an {@link AdmittedBatch}.
 *
 * @param requests each of which could be asked for alone with {@code POST /admissions}
 */
public record AdmissionBatch(List<AdmissionRequest> requests) {

    public AdmissionBatch {
        requests = List.copyOf(requests);
    }
}
