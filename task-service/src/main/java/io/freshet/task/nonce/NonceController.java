package io.freshet.task.nonce;

import io.freshet.contracts.nonce.NonceUse;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The endpoint {@code POST /nonces}. */
@RestController
class NonceController {

    private final NonceStore store;

    NonceController(NonceStore store) {
        this.store = store;
    }

    @PostMapping("/nonces")
    ResponseEntity<Void> use(@RequestBody NonceUse use) {
        HttpStatus status = store.use(use) ? HttpStatus.NO_CONTENT : HttpStatus.CONFLICT;
        return ResponseEntity.status(status).build();
    }
}
