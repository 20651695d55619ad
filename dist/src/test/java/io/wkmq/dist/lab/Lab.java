package io.wkmq.dist.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests that need the lab: they run with the profile of that name, where networks can be created. */
@Tag("lab")
@ExtendWith({NetworkCondition.class, StandstillCheck.class})
@Timeout(300)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Lab {}
