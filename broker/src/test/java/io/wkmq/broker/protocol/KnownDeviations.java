package io.wkmq.broker.protocol;

import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips the tests of {@link MosquittoDeviates} when the broker under test is Mosquitto. */
final class KnownDeviations implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!BrokerEndpoint.mosquittoIsNamed()) {
            return ConditionEvaluationResult.enabled("not Mosquitto");
        }
        return findAnnotation(context.getElement(), MosquittoDeviates.class)
                .map(known -> ConditionEvaluationResult.disabled("Mosquitto " + known.value()))
                .orElseGet(() -> ConditionEvaluationResult.enabled("no deviation known"));
    }
}
