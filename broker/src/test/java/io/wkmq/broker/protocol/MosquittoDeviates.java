package io.wkmq.broker.protocol;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a test that fails on Mosquitto 2.0.11, on which the tests themselves are tried out (docs/testing.md), and is skipped there. The
 * test is not weakened: our broker must pass it.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface MosquittoDeviates {
    /** What Mosquitto does instead. */
    String value();
}
