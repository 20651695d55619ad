package io.wkmq.broker.alarm;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that is wrong. Immutable.
 *
 * @param kind what it is about
 * @param subject which of several it is about, such as a node; empty if there is one only
 * @param message a sentence for a person
 * @param details the same for a program, in this order: texts, numbers, and lists of texts
 */
public record Cause(AlarmKind kind, String subject, String message, Map<String, Object> details) {
    /** Copies the details. */
    public Cause {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** What tells it from others, as in {@code node_down/wkmq2@10.0.0.2}. */
    public String name() {
        return subject.isEmpty() ? kind.word() : kind.word() + '/' + subject;
    }
}
