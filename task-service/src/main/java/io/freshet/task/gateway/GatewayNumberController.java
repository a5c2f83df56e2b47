package io.freshet.task.gateway;

import io.freshet.contracts.admission.GatewayNumber;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** The endpoint {@code PUT /gateway-numbers/{holder}}, which answers 503 while all numbers are leased. */
@RestController
class GatewayNumberController {

    private final GatewayNumbers numbers;

    GatewayNumberController(GatewayNumbers numbers) {
        this.numbers = numbers;
    }

    @PutMapping("/gateway-numbers/{holder}")
    ResponseEntity<GatewayNumber> lease(@PathVariable UUID holder) {
        return numbers.lease(holder)
                .map(number -> ResponseEntity.ok(new GatewayNumber(number)))
                .orElseGet(() ->
                        ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).build());
    }
}
