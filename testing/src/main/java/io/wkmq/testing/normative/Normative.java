package io.wkmq.testing.normative;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the normative statements that a test method checks, as the standards print them: {@code @Normative(v5 = "MQTT-3.1.0-2", v311 =
 * "MQTT-3.1.0-2")}. The two standards number the same rule differently, and the same number often stands for different rules, so each
 * standard has its own list. {@code docs/protocol.md} is generated from it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Normative {
    /** Statements of MQTT 5.0. */
    String[] v5() default {};

    /** Statements of MQTT 3.1.1. */
    String[] v311() default {};
}
