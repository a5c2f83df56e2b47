package io.freshet.e2e;

import io.freshet.e2e.cluster.SelectedPlatform;
import io.freshet.e2e.cluster.TestCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the stage when the first scenario needs it, and stops it after the last. */
final class ClusterExtension implements ExecutionCondition, ParameterResolver {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return SelectedPlatform.missing()
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("played on " + SelectedPlatform.chosen()));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(ClusterExtension.class))
                .computeIfAbsent(Start.class, _ -> Start.now(), Start.class)
                .stage();
    }

    /** One attempt for all: a stage that did not start the first time would not the next. */
    private record Start(
            @Nullable TestCluster started, @Nullable Throwable failure) implements AutoCloseable {

        static Start now() {
            try {
                return new Start(SelectedPlatform.start(), null);
            } catch (RuntimeException | Error e) {
                return new Start(null, e);
            }
        }

        TestCluster stage() {
            if (started == null) {
                throw new IllegalStateException("the stage did not start", failure);
            }
            return started;
        }

        @Override
        public void close() {
            if (started != null) {
                started.close();
            }
        }
    }
}
