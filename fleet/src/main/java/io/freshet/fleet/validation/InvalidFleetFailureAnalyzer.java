package io.freshet.fleet.validation;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows configuration errors as plain lines instead of a stack trace. */
final class InvalidFleetFailureAnalyzer extends AbstractFailureAnalyzer<InvalidFleetException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidFleetException cause) {
        return new FailureAnalysis(
                "The fleet's configuration has errors:\n\n  " + String.join("\n  ", cause.errors()),
                "Mend these lines and start again.",
                cause);
    }
}
