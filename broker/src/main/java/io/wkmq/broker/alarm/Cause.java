package io.wkmq.broker.alarm;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A problem. Immutable.
 *
 * @param kind the kind of alarm
 * @param subject the object concerned, such as a node; empty if there is only one of this kind
 * @param message a sentence for administrators
 * @param details the same for programs, in iteration order: texts, numbers, and lists of texts
 */
public record Cause(AlarmKind kind, String subject, String message, Map<String, Object> details) {
    /** Copies the details. */
    public Cause {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** Returns the unique name of this cause, as in {@code node_down/wkmq2@10.0.0.2}. */
    public String name() {
        return subject.isEmpty() ? kind.word() : kind.word() + '/' + subject;
    }
}
