package io.freshet.task.admission;

import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.QuotaExceeded;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Admission of the tasks of batches, which have no rate limit and no idempotency key of their own. Runs in the caller's
 * transaction on the pool that records, without the time limits of single requests.
 */
@Component
public class BatchTaskAdmissions {

    private final AdmittedTasks tasks;
    private final Charges charges;

    BatchTaskAdmissions(JdbcClient jdbc, AdmittedTasks tasks, Charges charges) {
        this.tasks = tasks.with(jdbc);
        this.charges = charges.with(jdbc);
    }

    /**
     * Inserts and charges all tasks of the request.
     *
     * @return the quota that is exceeded; then the transaction must be rolled back
     * @throws io.freshet.task.TaskIdTakenException if one of the ids belongs to another task
     */
    public Optional<QuotaExceeded> admit(AdmissionRequest request) {
        tasks.insert(List.of(request));
        return charges.chargeWithin(Admissions.charges(
                request, Admissions.admission(request, Set.of()).tasks()));
    }
}
