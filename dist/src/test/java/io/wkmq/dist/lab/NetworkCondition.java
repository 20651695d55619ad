package io.wkmq.dist.lab;

import io.wkmq.testing.net.LabNetwork;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Disables tests that need networks where none can be created, and reports that visibly. */
final class NetworkCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String obstacle = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(NetworkCondition.class))
                .getOrComputeIfAbsent("obstacle", key -> LabNetwork.obstacle().orElse(""), String.class);
        if (obstacle.isEmpty()) {
            return ConditionEvaluationResult.enabled("networks can be made");
        }
        String reason = "SKIPPED " + context.getDisplayName() + ": it needs root and networks: " + obstacle;
        System.err.println(reason);
        return ConditionEvaluationResult.disabled(reason);
    }
}
