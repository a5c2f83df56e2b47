package io.freshet.task.batch;

import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.batch.BatchChunk;
import io.freshet.contracts.batch.BatchEnd;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchToOpen;
import io.freshet.contracts.batch.BatchView;
import io.freshet.contracts.batch.EndedBatch;
import io.freshet.contracts.batch.RecordedChunk;
import io.freshet.contracts.batch.UploadState;
import io.freshet.task.query.BatchQueries;
import io.freshet.task.web.InvalidRequestException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Endpoints by which gateways record the uploads of batches, and cancel them. */
@RestController
class UploadController {

    private final OpenUploads uploads;
    private final UploadRecorder recorder;
    private final BatchCanceller canceller;
    private final BatchQueries queries;

    UploadController(OpenUploads uploads, UploadRecorder recorder, BatchCanceller canceller, BatchQueries queries) {
        this.uploads = uploads;
        this.recorder = recorder;
        this.canceller = canceller;
        this.queries = queries;
    }

    @PostMapping("/batches")
    ResponseEntity<?> open(@RequestBody BatchToOpen batch) {
        return switch (uploads.open(batch)) {
            case UploadDecision.BatchOpened(var opened) -> ResponseEntity.ok(opened);
            case UploadDecision.UploadKeyConflict(var conflict) ->
                ResponseEntity.status(HttpStatus.CONFLICT).body(conflict);
            case UploadDecision.UploadRateRefusal(var exceeded) ->
                ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS).body(exceeded);
        };
    }

    @PostMapping("/batches/{id}/chunks")
    RecordedChunk record(@PathVariable String id, @RequestBody BatchChunk chunk) {
        if (chunk.task() != null) {
            check(chunk.task());
        }
        return recorder.record(read(id), chunk);
    }

    @PostMapping("/batches/{id}/end")
    EndedBatch end(@PathVariable String id, @RequestBody BatchEnd end) {
        if (end.outcome() == UploadState.RECEIVING) {
            throw new InvalidRequestException("/outcome", "must not be receiving");
        }
        BatchId batch = read(id);
        UploadRecorder.Ending ending = recorder.end(batch, end);
        return new EndedBatch(
                queries.batch(batch, end.request().account()).orElseThrow(), ending.quota(), ending.isConflict());
    }

    /** Cancels a batch that has not finished, and returns it as it is then. */
    @PostMapping("/batches/{id}/cancel")
    BatchView cancel(@PathVariable String id, @RequestParam String account) {
        BatchId batch = read(id);
        canceller.cancel(batch, account);
        return queries.batch(batch, account)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no batch " + id));
    }

    private static void check(BatchChunk.ChunkTask task) {
        AdmissionRequest request = task.request();
        if (request.tasks().size() != 1) {
            throw new InvalidRequestException("/task/request/tasks", "must be one task");
        }
        TaskToAdmit only = request.tasks().getFirst();
        if (only.objectCount() < 1) {
            throw new InvalidRequestException("/task/request/tasks/0/objectCount", "must be at least 1");
        }
    }

    private static BatchId read(String id) {
        try {
            return BatchId.parse(id);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("id", String.valueOf(e.getMessage()));
        }
    }
}
