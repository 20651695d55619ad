package io.wkmq.broker.protocol;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Marks a class of tests against {@link BrokerUnderTest}. Its methods run concurrently with all others on the same broker, so each uses its
 * own client ids and topics ({@link BrokerUnderTest#id}, {@link BrokerUnderTest#topic}).
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
@ExtendWith(KnownDeviations.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface ProtocolTest {}
