package io.wkmq.broker.protocol;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The test fails on Mosquitto 2.0.11, on which the tests themselves are tried out (docs/testing.md), and is skipped there.
 * It is not weakened: our broker has to pass it.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface MosquittoDeviates {
    /** What Mosquitto does instead. */
    String value();
}
